//! The directory over TCP, with the protocol crate's codec as the client.

use std::net::{Ipv4Addr, SocketAddr};

use futures_util::{SinkExt as _, StreamExt as _};
use ldap3_proto::proto::{
    LdapBindCred, LdapBindRequest, LdapDerefAliases, LdapExtendedRequest, LdapMsg, LdapOp, LdapResult,
    LdapSearchRequest,
};
use ldap3_proto::{LdapCodec, LdapResultCode, LdapSearchResultEntry, LdapSearchScope, parse_ldap_filter_str};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::codec::Framed;

use super::{DEMO_PASSWORD, SERVICE_LOGIN, SERVICE_PASSWORD, Server, demo};

const BASE: &str = "DC=garnitur,DC=local";

async fn server() -> Server {
    Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), &demo())
        .await
        .expect("a free port")
}

struct Client(Framed<TcpStream, LdapCodec>, i32);

impl Client {
    async fn connect(server: &Server) -> Self {
        let stream = TcpStream::connect(server.addr())
            .await
            .expect("the server listens");
        Self(Framed::new(stream, LdapCodec::default()), 0)
    }

    async fn send(&mut self, op: LdapOp) {
        self.1 += 1;
        let message = LdapMsg {
            msgid: self.1,
            op,
            ctrl: Vec::new(),
        };
        self.0.send(message).await.expect("the server reads");
    }

    async fn receive(&mut self) -> Option<LdapMsg> {
        self.0.next().await.map(|message| message.expect("LDAP"))
    }

    async fn bind(&mut self, dn: &str, password: &str) -> LdapResult {
        self.send(LdapOp::BindRequest(LdapBindRequest {
            version: 3,
            dn: dn.to_owned(),
            cred: LdapBindCred::Simple(password.to_owned()),
        }))
        .await;
        match self.receive().await.expect("an answer").op {
            LdapOp::BindResponse(response) => response.res,
            other => panic!("{other:?}"),
        }
    }

    async fn search(&mut self, request: LdapSearchRequest) -> (Vec<LdapSearchResultEntry>, LdapResult) {
        self.send(LdapOp::SearchRequest(request)).await;
        let mut entries = Vec::new();
        loop {
            match self.receive().await.expect("an answer").op {
                LdapOp::SearchResultEntry(entry) => entries.push(entry),
                LdapOp::SearchResultDone(done) => return (entries, done),
                other => panic!("{other:?}"),
            }
        }
    }
}

async fn bound(server: &Server) -> Client {
    let mut client = Client::connect(server).await;
    let result = client
        .bind(&demo().service_dn(SERVICE_LOGIN), SERVICE_PASSWORD)
        .await;
    assert_eq!(result.code, LdapResultCode::Success);
    client
}

fn request(base: &str, scope: LdapSearchScope, filter: &str, attrs: &[&str]) -> LdapSearchRequest {
    LdapSearchRequest {
        base: base.to_owned(),
        scope,
        aliases: LdapDerefAliases::Never,
        sizelimit: 0,
        timelimit: 0,
        typesonly: false,
        filter: parse_ldap_filter_str(filter).expect("a filter"),
        attrs: attrs.iter().map(|&attr| attr.to_owned()).collect(),
    }
}

fn names(entries: &[LdapSearchResultEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.dn.as_str()).collect()
}

#[tokio::test]
async fn scopes_reach_as_far_as_they_say() {
    let server = server().await;
    let mut client = bound(&server).await;
    let groups = format!("ou=groups,{BASE}");

    let (base, _) = client
        .search(request(
            &groups,
            LdapSearchScope::Base,
            "(objectClass=*)",
            &["1.1"],
        ))
        .await;
    assert_eq!(names(&base), [format!("OU=Groups,{BASE}")]);
    assert!(base[0].attributes.is_empty());

    let (one, _) = client
        .search(request(
            BASE,
            LdapSearchScope::OneLevel,
            "(objectClass=*)",
            &["1.1"],
        ))
        .await;
    assert_eq!(one.len(), 3);

    let (sub, done) = client
        .search(request(
            BASE,
            LdapSearchScope::Subtree,
            "(objectClass=group)",
            &["cn"],
        ))
        .await;
    assert_eq!(done.code, LdapResultCode::Success);
    assert!(names(&sub).contains(&format!("CN=Garnitur-Couriers,OU=Groups,{BASE}").as_str()));
    assert!(sub.iter().all(|entry| entry.attributes.len() == 1));
}

#[tokio::test]
async fn an_employee_has_the_attributes_of_ad() {
    let server = server().await;
    let mut client = bound(&server).await;
    let (found, _) = client
        .search(request(
            BASE,
            LdapSearchScope::Subtree,
            "(sAMAccountName=chief.vasilyev)",
            &[],
        ))
        .await;
    let [entry] = found.as_slice() else {
        panic!("{found:?}");
    };
    let values = |name: &str| -> Vec<String> {
        entry
            .attributes
            .iter()
            .filter(|attribute| attribute.atype == name)
            .flat_map(|attribute| &attribute.vals)
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect()
    };
    assert_eq!(
        values("objectClass"),
        ["top", "person", "organizationalPerson", "user"]
    );
    assert_eq!(values("userPrincipalName"), ["chief.vasilyev@garnitur.local"]);
    assert_eq!(values("displayName"), ["Васильев Николай"]);
    assert_eq!(values("givenName"), ["Николай"]);
    assert_eq!(values("sn"), ["Васильев"]);
    assert_eq!(values("mail"), ["chief.vasilyev@garnitur.local"]);
    assert_eq!(values("userAccountControl"), ["512"]);
    assert_eq!(values("distinguishedName"), [entry.dn.as_str()]);
    assert_eq!(values("whenCreated"), ["20240115090000.0Z"]);
    assert_eq!(values("memberOf").len(), 4);
    assert_eq!(
        values("memberOf")[0],
        format!("CN=Garnitur-Warehouse,OU=Groups,{BASE}")
    );
    let guid = entry
        .attributes
        .iter()
        .find(|attribute| attribute.atype == "objectGUID");
    assert_eq!(guid.map(|attribute| attribute.vals[0].len()), Some(16));
}

#[tokio::test]
async fn strangers_see_the_root_dse_and_nothing_else() {
    let server = server().await;
    let mut client = Client::connect(&server).await;
    let (root, _) = client
        .search(request(
            "",
            LdapSearchScope::Base,
            "(objectClass=*)",
            &["defaultNamingContext"],
        ))
        .await;
    assert_eq!(root[0].attributes[0].vals[0], BASE.as_bytes());

    let everything = request(BASE, LdapSearchScope::Subtree, "(objectClass=*)", &[]);
    let (found, done) = client.search(everything.clone()).await;
    assert!(found.is_empty());
    assert_eq!(done.code, LdapResultCode::OperationsError);

    // A name without a password is a success, and still nobody.
    let result = client.bind("courier.petrov@garnitur.local", "").await;
    assert_eq!(result.code, LdapResultCode::Success);
    assert!(client.search(everything.clone()).await.0.is_empty());

    // A failed bind takes the identity away.
    assert_eq!(
        client
            .bind("courier.petrov@garnitur.local", DEMO_PASSWORD)
            .await
            .code,
        LdapResultCode::Success
    );
    assert!(!client.search(everything.clone()).await.0.is_empty());
    let refused = client.bind("courier.petrov@garnitur.local", "wrong").await;
    assert_eq!(refused.code, LdapResultCode::InvalidCredentials);
    assert!(refused.message.contains("data 52e"), "{}", refused.message);
    assert!(client.search(everything).await.0.is_empty());
}

#[tokio::test]
async fn limits_and_missing_bases_have_their_own_codes() {
    let server = server().await;
    let mut client = bound(&server).await;
    let mut limited = request(BASE, LdapSearchScope::Subtree, "(objectClass=user)", &["cn"]);
    limited.sizelimit = 2;
    let (found, done) = client.search(limited).await;
    assert_eq!((found.len(), done.code), (2, LdapResultCode::SizeLimitExceeded));

    let nowhere = format!("OU=Nowhere,{BASE}");
    let (_, done) = client
        .search(request(&nowhere, LdapSearchScope::Subtree, "(cn=*)", &[]))
        .await;
    assert_eq!(
        (done.code, done.matcheddn.as_str()),
        (LdapResultCode::NoSuchObject, BASE)
    );

    let (_, done) = client
        .search(request("nonsense", LdapSearchScope::Subtree, "(cn=*)", &[]))
        .await;
    assert_eq!(done.code, LdapResultCode::InvalidDNSyntax);
}

#[tokio::test]
async fn what_it_cannot_do_it_says() {
    let server = server().await;
    let mut client = bound(&server).await;
    client.send(LdapOp::AbandonRequest(1)).await;
    client.send(LdapOp::DelRequest(BASE.to_owned())).await;
    match client.receive().await.expect("an answer").op {
        LdapOp::DelResponse(result) => assert_eq!(result.code, LdapResultCode::UnwillingToPerform),
        other => panic!("{other:?}"),
    }
    client
        .send(LdapOp::ExtendedRequest(LdapExtendedRequest {
            name: super::session::WHO_AM_I.to_owned(),
            value: None,
        }))
        .await;
    match client.receive().await.expect("an answer").op {
        LdapOp::ExtendedResponse(response) => {
            assert_eq!(
                response.value.as_deref(),
                Some(b"u:GARNITUR\\svc-garnitur".as_slice())
            );
        }
        other => panic!("{other:?}"),
    }
    client.send(LdapOp::UnbindRequest).await;
    assert!(client.receive().await.is_none());
}

#[tokio::test]
async fn malformed_input_closes_that_connection_only() {
    let server = server().await;
    let mut good = bound(&server).await;
    let endless = vec![0x30_u8; 200_000];
    let inputs: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\nHost: garnitur.local\r\nUser-Agent: a browser that took the wrong port\r\n\r\n",
        // A message whose id is text, one of the wrong kind, a bind cut short inside a right length.
        &[0x30, 0x05, 0x04, 0x01, 0x41, 0x42, 0x00],
        &[0x02, 0x01, 0x01],
        &[0x30, 0x07, 0x02, 0x01, 0x01, 0x60, 0x02, 0x02, 0x01],
        &endless,
    ];
    for input in inputs {
        let mut stream = TcpStream::connect(server.addr())
            .await
            .expect("the server listens");
        // The server may close while we are still writing.
        let _ = stream.write_all(input).await;
        let mut rest = Vec::new();
        let closed =
            tokio::time::timeout(std::time::Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(
            closed.is_ok(),
            "still open after {:?}",
            &input[..input.len().min(8)]
        );
    }
    let (found, _) = good
        .search(request(BASE, LdapSearchScope::Base, "(objectClass=*)", &[]))
        .await;
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn stopping_closes_connections_and_frees_the_port() {
    let server = server().await;
    let mut client = bound(&server).await;
    let addr = server.addr();
    server.stop().await;
    assert!(client.receive().await.is_none());
    let again = Server::start(addr, &demo())
        .await
        .expect("the port is free again");
    let taken = Server::start(addr, &demo()).await.expect_err("the port is taken");
    assert!(taken.to_string().contains(&addr.to_string()), "{taken}");
    again.stop().await;
}
