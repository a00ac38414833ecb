//! The listeners: one router over plain HTTP and, if wanted, over TLS.

use crate::clock::Reading;
use crate::hub::Hub;
use crate::page;
use axum::extract::rejection::JsonRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, Query, Request, State, WebSocketUpgrade};
use axum::http::header::UPGRADE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use serde_json::{Value, json};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// Everything that is served on loopback's own address.
pub(crate) fn router(hub: &Arc<Hub>) -> Router {
    let own = Router::new()
        .route("/emulator/clock", get(read_clock).post(move_clock))
        .route("/emulator/act", post(act))
        .layer(DefaultBodyLimit::max(crate::act::MAX_REQUEST));
    let own = own.merge(page::router()).layer(axum::middleware::from_fn_with_state(hub.clone(), page::guard));
    let root = Router::new().route("/", get(root));
    crate::rest::router(hub).merge(own.merge(root).with_state(hub.clone()))
}

/// What is served over TLS, under whatever name: what bots use, and the clock to go by. Nobody sees a page there, nor acts.
pub(crate) fn bots_router(hub: &Arc<Hub>) -> Router {
    let own = Router::new().route("/emulator/clock", get(read_clock)).route("/", get(gateway));
    crate::rest::router(hub).merge(own.with_state(hub.clone()))
}

/// Accepts connections until the task is dropped, which ends the connections too.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                // Failing to set this makes the connection slower, not wrong.
                let _ = stream.set_nodelay(true);
                let Ok(line) = Line::of(&stream) else { continue };
                let (router, tls) = (router.clone(), tls.clone());
                connections.spawn(async move {
                    match tls {
                        None => connection(stream, router, line).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                connection(stream, router, line).await;
                            }
                        }
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    line: Line,
) {
    let carried = line.clone();
    let service = router.map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(carried.clone());
        request
    });
    let served = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::select! {
        served = served => if let Err(error) = served {
            tracing::debug!(%error, "a connection ended");
        },
        // The stream is gone with `served`; this is the last that is left of the socket.
        () = line.cut.notified() => line.reset(),
    }
}

/// The socket below a connection, in each request's extensions, so that it can be cut.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    cut: Arc<Notify>,
    socket: Arc<OwnedFd>,
}

impl Line {
    fn of(stream: &TcpStream) -> std::io::Result<Self> {
        Ok(Self { cut: Arc::default(), socket: Arc::new(stream.as_fd().try_clone_to_owned()?) })
    }

    /// Ends the connection with a reset, whatever is on its way.
    pub(crate) fn cut(&self) {
        self.cut.notify_one();
    }

    /// Makes the closing of the socket a reset.
    fn reset(&self) {
        let socket = self.socket.try_clone().map(std::net::TcpStream::from).and_then(TcpStream::from_std);
        if let Err(error) = socket.and_then(|socket| socket.set_zero_linger()) {
            tracing::debug!(%error, "the connection is closed without a reset");
        }
    }
}

#[derive(Deserialize)]
struct After {
    after: Option<u64>,
}

/// The clock for a bot in another process; with `after` it waits (25 s at most) for a later version.
async fn read_clock(State(hub): State<Arc<Hub>>, Query(query): Query<After>) -> Json<Reading> {
    if let Some(after) = query.after {
        let moved = hub.clock.moved_after(after);
        if let Ok(reading) = tokio::time::timeout(Duration::from_secs(25), moved).await {
            return Json(reading);
        }
    }
    Json(hub.clock.reading())
}

#[derive(Deserialize)]
struct Move {
    set_ms: Option<i64>,
    advance_ms: Option<u64>,
}

async fn move_clock(State(hub): State<Arc<Hub>>, Json(wanted): Json<Move>) -> Json<Reading> {
    if let Some(at) = wanted.set_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()) {
        hub.clock.set(at);
    }
    if let Some(by) = wanted.advance_ms {
        hub.clock.advance(Duration::from_millis(by));
    }
    Json(hub.clock.reading())
}

/// The gateway for those who ask for a WebSocket, the page for everybody else.
async fn root(
    State(hub): State<Arc<Hub>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request,
) -> Response {
    match upgrade {
        Ok(upgrade) => crate::gateway::connect(hub, request.uri(), upgrade).await,
        Err(refusal) if request.headers().contains_key(UPGRADE) => refusal.into_response(),
        Err(_) => page::index(&hub, request.method(), request.headers()),
    }
}

async fn gateway(State(hub): State<Arc<Hub>>, uri: Uri, upgrade: WebSocketUpgrade) -> Response {
    crate::gateway::connect(hub, &uri, upgrade).await
}

async fn act(State(hub): State<Arc<Hub>>, body: Result<Json<Value>, JsonRejection>) -> Response {
    match body {
        Ok(Json(request)) => Json(crate::act::act(&hub, &request).await).into_response(),
        Err(refusal) if refusal.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (refusal.status(), Json(json!({ "error": crate::act::TOO_POWERFUL }))).into_response()
        }
        Err(refusal) => (refusal.status(), Json(json!({ "error": refusal.body_text() }))).into_response(),
    }
}
