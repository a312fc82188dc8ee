//! A client of GraphQL over WebSocket.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::graphql::GRAPHQL;

/// What a client of the protocol `graphql-transport-ws` does.
pub struct Client(WebSocketStream<TcpStream>);

impl Client {
    pub async fn open(address: SocketAddr) -> Self {
        let mut request = format!("ws://{address}{GRAPHQL}/ws")
            .into_client_request()
            .expect("an address");
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request
            .headers_mut()
            .insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        let stream = TcpStream::connect(address).await.expect("it listens");
        let (socket, _) = client_async(request, stream).await.expect("it is upgraded");
        Self(socket)
    }

    /// Opened and greeted.
    pub async fn begin(address: SocketAddr) -> Self {
        let mut client = Self::open(address).await;
        client.say(&json!({ "type": "connection_init" })).await;
        assert_eq!(client.hear().await["type"], "connection_ack");
        client
    }

    pub async fn say(&mut self, message: &Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .expect("it listens");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, of: &[Value]) {
        let payload = json!({ "query": query, "variables": { "of": of } });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    pub async fn next(&mut self) -> Message {
        let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
        next.expect("in time").expect("open").expect("whole")
    }

    /// The next message of the protocol.
    pub async fn hear(&mut self) -> Value {
        let message = self.next().await;
        serde_json::from_str(message.to_text().expect("text"))
            .unwrap_or_else(|error| panic!("{error}: {message}"))
    }

    /// The code that the server closes with.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                return frame.expect("with a code").code.into();
            }
        }
    }
}
