//! Subscriptions over WebSocket, by the protocol `graphql-transport-ws`.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::http::{WebSocket as Protocol, WebSocketProtocols, WsMessage};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::Shutdown;
use futures_util::{Sink, SinkExt as _, StreamExt as _, future};
use kernel::Text;
use problem::{Problem, kinds};
use tokio::time::{Instant, MissedTickBehavior};

use super::feed::full;
use super::post::lang;
use super::schema::Speaking;
use super::subscription::Taken;
use crate::edge::Edge;

const PROTOCOL: &str = "graphql-transport-ws";
/// Bytes of a message from the client.
const MAX_MESSAGE: usize = 65_536;
/// How often the client is asked for a sign of life. One that gave none for three of these is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);
const MISSED: u32 = 3;
/// How long it may take to begin, and to take a message.
const PATIENCE: Duration = Duration::from_secs(10);
/// Closes of the protocol.
const NOT_BEGUN: u16 = 4408;

/// Opens a connection for subscriptions.
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|_| not_ours())?.protocols([PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        return Err(not_ours());
    }
    let graph = &edge.graph;
    if graph.shutdown.is_triggered() {
        return Err(Problem::new(&kinds::UNAVAILABLE));
    }
    let room = Arc::clone(&graph.sockets)
        .try_acquire_owned()
        .map_err(|_| full())?;
    let schema = graph.schema.speak(lang(&headers));
    let shutdown = graph.shutdown.clone();
    let task = graph.tasks.token();
    Ok(upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(async move |socket| {
            serve(socket, schema, &shutdown).await;
            drop((room, task));
        }))
}

fn not_ours() -> Problem {
    Problem::new(&kinds::MALFORMED).detail(Text::new(
        "Нужно соединение WebSocket с протоколом graphql-transport-ws.",
        "Open a WebSocket with the protocol graphql-transport-ws.",
    ))
}

/// Serves a connection until one side ends it.
async fn serve(socket: WebSocket, schema: Speaking, shutdown: &Shutdown) {
    let (sink, source) = socket.split();
    let mut sink = pin!(sink);
    let heard = Arc::new(Mutex::new(Instant::now()));
    let listening = Arc::clone(&heard);
    let messages = source
        .map(move |message| {
            *listening.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            message
        })
        .take_while(|message| future::ready(!matches!(message, Err(_) | Ok(Message::Close(_)))))
        .filter_map(|message| {
            let said = match message {
                Ok(message @ (Message::Text(_) | Message::Binary(_))) => Some(message.into_data()),
                // A ping is answered by the library; pings and pongs are signs of life.
                _ => None,
            };
            future::ready(said)
        });
    let begun = Arc::new(AtomicBool::new(false));
    let beginning = Arc::clone(&begun);
    let mut session = Speaking::session();
    session.insert(Taken::default());
    let answers = Protocol::new(schema, messages, WebSocketProtocols::GraphQLWS)
        .connection_data(session)
        .on_connection_init(move |_| {
            beginning.store(true, Ordering::Relaxed);
            future::ready(Ok(async_graphql::Data::default()))
        });
    let mut answers = pin!(answers);
    let opened = Instant::now();
    let mut beat = tokio::time::interval_at(opened + PATIENCE, HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            biased;
            () = shutdown.wait() => close(close_code::AWAY, "shutting down"),
            answer = answers.next() => match answer {
                Some(WsMessage::Text(text)) => Message::Text(text.into()),
                Some(WsMessage::Close(code, reason)) => close(code, reason),
                None => return,
            },
            _ = beat.tick() => {
                let silent = heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
                if !begun.load(Ordering::Relaxed) {
                    close(NOT_BEGUN, "connection initialisation timeout")
                } else if silent > HEARTBEAT * MISSED {
                    return;
                } else {
                    Message::Ping(Vec::new().into())
                }
            }
        };
        if !deliver(&mut sink, message).await {
            return;
        }
    }
}

fn close(code: u16, reason: impl Into<axum::extract::ws::Utf8Bytes>) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// Sends a message; false when it was the last one, or the client does not take it.
async fn deliver(sink: &mut (impl Sink<Message> + Unpin), message: Message) -> bool {
    let last = matches!(message, Message::Close(_));
    let sent = tokio::time::timeout(PATIENCE, sink.send(message)).await;
    matches!(sent, Ok(Ok(()))) && !last
}
