//! Temporary: serves for a trial by hand.
#![allow(clippy::unwrap_used)]
#[tokio::main]
async fn main() {
    let mut options = entrant_emulator::Options { page_size: 3, ..Default::default() };
    if let Some(path) = std::env::args().nth(2) {
        options.seed = Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap());
    }
    options.exchanges = std::env::args().nth(3).map(Into::into);
    let running =
        entrant_emulator::start(options, std::env::args().nth(1).unwrap().parse().unwrap()).await.unwrap();
    println!("{}", running.url());
    std::future::pending::<()>().await;
}
