//! How a connection is made: directly, or through a tunnel a proxy makes; and how much may come back over it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use google_sheets4::hyper::Uri;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower_service::Service;

use crate::source::web::proxy::Proxies;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Makes connections, through a proxy where one is in force for an address.
#[derive(Debug, Clone)]
pub(super) struct Way {
    direct: HttpConnector,
    proxies: Arc<Matcher>,
    /// Bytes that may come over one connection.
    most: u64,
}

impl Way {
    pub(super) fn new(proxies: &Proxies) -> Self {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        Way { direct, proxies: Arc::new(proxies.matcher()), most: u64::MAX }
    }

    /// The same way, for connections that end when more has come over them.
    pub(super) fn no_more_than(self, most: u64) -> Self {
        Way { most, ..self }
    }
}

impl Service<Uri> for Way {
    type Response = TokioIo<Counted>;
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<Counted>, Failed>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failed>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let (left, mut direct) = (self.most, self.direct.clone());
        let counted = move |stream: TokioIo<TcpStream>| TokioIo::new(Counted { stream: stream.into_inner(), left });
        match self.proxies.intercept(&address) {
            None => Box::pin(async move { Ok(counted(direct.call(address).await?)) }),
            Some(proxy) => Box::pin(async move {
                let host = proxy.uri().authority().map(ToString::to_string).unwrap_or_default();
                let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
                if let Some(password) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(password.clone());
                }
                let made = tunnel.call(address).await;
                made.map(counted).map_err(|error| format!("proksi / proxy {host}: {}", deepest(&error)).into())
            }),
        }
    }
}

/// What is at the bottom of an error.
pub(super) fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// A connection that ends when too much has come over it.
#[derive(Debug)]
pub(super) struct Counted {
    stream: TcpStream,
    left: u64,
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, to);
        let come = (to.filled().len() - before) as u64;
        match self.left.checked_sub(come) {
            Some(left) => self.left = left,
            None => {
                let words = "jawabannya terlalu panjang / its answer is too long";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::FileTooLarge, words)));
            }
        }
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Connection for Counted {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}
