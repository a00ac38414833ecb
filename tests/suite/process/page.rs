//! The playground's page as whoever starts it meets it: the line that says where it is, its port, and its end.

use super::{
    LIMIT,
    child::{Ended, Place},
    code,
};
use std::{path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
};

struct Page {
    child: Child,
    place: Place,
    address: String,
}

impl Page {
    async fn start() -> Self {
        let place = Place::empty();
        let program = Path::new(env!("CARGO_BIN_EXE_helmsman"));
        let mut command = place.command(program, None, &["playground", "--page", "--port", "0"]);
        command.env("TMPDIR", place.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
        let mut line = String::new();
        tokio::time::timeout(LIMIT, lines.read_line(&mut line)).await.unwrap().unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
        assert!(line.starts_with("ready: ") && line.ends_with('\n'), "{line}");
        Self { child, place, address }
    }
}

#[tokio::test]
async fn it_is_there_when_it_says_so_and_gone_with_all_it_had_at_a_signal() {
    for signal in ["INT", "TERM"] {
        let mut page = Page::start().await;
        let index = reqwest::get(&page.address).await.unwrap();
        assert_eq!(index.status(), 200);
        assert!(index.text().await.unwrap().contains("<html"));
        // Somebody looks on while it ends.
        let mut stream = reqwest::get(format!("{}emulator/events", page.address)).await.unwrap();
        assert!(stream.chunk().await.unwrap().is_some());
        assert_eq!(page.place.names().len(), 1, "its temporary folder");
        let pid = page.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().await.unwrap().success());
        let ended = tokio::time::timeout(LIMIT, page.child.wait()).await.unwrap().unwrap();
        assert_eq!(ended.code(), Some(0), "{signal}");
        let mut rest = String::new();
        page.child.stdout.take().unwrap().read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "", "one line is all it says");
        assert!(page.place.names().is_empty(), "{signal}: {:?}", page.place.names());
    }
}

#[tokio::test]
async fn a_port_in_use_is_told_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let place = Place::empty();
    let Ended { code: ended, out, said } = place.run(None, &["playground", "--page", "--port", &port]).await;
    assert_eq!((ended, out.as_str()), (Some(code::WRONG), ""));
    assert_eq!(
        said,
        format!(
            "helmsman: port {port} is in use, perhaps by another playground\n  = choose another one with --port, or --port 0 for any that is \
             free\n"
        )
    );
}
