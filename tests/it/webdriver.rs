//! Drives a headless Chromium through `chromedriver`, over plain HTTP on the loopback.
//!
//! Takes files to open and scripts to run; gives what the scripts return, what the browser wrote on
//! its console and which addresses it asked for. It leaves to the caller what any of that means.
//! Only the few commands of the WebDriver protocol that the page tests need are here. What goes
//! wrong while starting is a `Result`; afterwards a browser that no longer answers ends the test.

use std::env;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The names under which distributions install the browser, the usual one first.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Below this width, in CSS pixels, the browser stands for a phone.
const PHONE_BELOW: u32 = 600;

/// Longest wait for one answer: far above what a page needs, so that only a hanging browser meets it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A headless browser with one window; it quits when dropped.
pub struct Browser {
    session: String,
    // Dropped in this order: the folder can only go once nothing writes to it.
    driver: Driver,
    _folder: TempDir,
}

impl Browser {
    /// Starts the browser, or gives `None` where Chromium or chromedriver is not installed.
    pub fn start() -> Result<Option<Browser>, String> {
        let Some(program) = on_path("chromedriver") else {
            return Ok(None);
        };
        let Some(chromium) = BROWSERS.iter().find_map(|name| on_path(name)) else {
            return Ok(None);
        };
        let folder = tempfile::tempdir().map_err(|error| format!("no folder for the browser: {error}"))?;
        let driver = Driver::start(&program, folder.path())?;
        let wanted = capabilities(&chromium, &folder.path().join("profile"));
        let opened = driver.command("POST", "/session", &wanted)?;
        let session =
            opened["sessionId"].as_str().ok_or_else(|| format!("chromedriver opened no session: {opened}"))?.to_owned();
        let browser = Browser { session, driver, _folder: folder };
        // The browser's own start page goes on loading until another one takes its place.
        browser.post("url", &json!({ "url": "about:blank" }));
        browser.console();
        browser.requests();
        Ok(Some(browser))
    }

    /// Lays the page out at this width and height in CSS pixels. A narrow one is that of a phone, which
    /// obeys the page's viewport and whose scroll bars take no room.
    pub fn size(&self, width: u32, height: u32) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({
                "width": width, "height": height,
                "screenWidth": width, "screenHeight": height,
                "deviceScaleFactor": 1, "mobile": width < PHONE_BELOW,
            }),
        );
        // The size may reach the page a moment after the command has been answered.
        for _ in 0..400 {
            if self.script("return screen.width;") == json!(width) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the browser did not take on a width of {width} px");
    }

    /// Asks for the dark or the light colours of the page.
    pub fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        );
    }

    /// Opens a file, given by its absolute path, and waits until it has loaded.
    pub fn open(&self, file: &Path) {
        self.post("url", &json!({ "url": file_url(file) }));
    }

    /// Runs the body of a JavaScript function in the page and gives what it returns.
    pub fn script(&self, body: &str) -> Value {
        self.post("execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// What the browser wrote on its console since the last call: level, origin and text of each line.
    pub fn console(&self) -> Vec<String> {
        self.log("browser")
            .iter()
            .map(|entry| {
                let word = |key: &str| entry[key].as_str().unwrap_or_default();
                format!("{} {}: {}", word("level"), word("source"), word("message"))
            })
            .collect()
    }

    /// The addresses that the page asked for since the last call, those that were refused included.
    pub fn requests(&self) -> Vec<String> {
        self.log("performance").iter().filter_map(|entry| requested(entry["message"].as_str()?)).collect()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        match self.post("se/log", &json!({ "type": kind })) {
            Value::Array(entries) => entries,
            other => panic!("the {kind} log is not a list: {other}"),
        }
    }

    fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", &body);
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let address = format!("/session/{}/{command}", self.session);
        self.driver.command("POST", &address, body).unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session closes Chromium itself; killing chromedriver alone would leave it behind.
        let address = format!("/session/{}", self.session);
        let _ = self.driver.command("DELETE", &address, &Value::Null);
    }
}

/// A running chromedriver; killed when dropped.
struct Driver {
    child: Child,
    port: u16,
    // Kept open, since chromedriver would end on writing to a closed pipe.
    output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts chromedriver on a free port, which it chooses and prints itself. What it and the browser
    /// leave behind stays in `folder`.
    fn start(program: &Path, folder: &Path) -> Result<Driver, String> {
        let mut child = Command::new(program)
            .arg("--port=0")
            .env("TMPDIR", folder)
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut driver = Driver { child, port: 0, output: BufReader::new(stdout) };
        driver.port = announced_port(&mut driver.output)?;
        Ok(driver)
    }

    /// Sends one command and gives the `value` of its answer.
    fn command(&self, method: &str, address: &str, body: &Value) -> Result<Value, String> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = exchange(self.port, method, address, &text)
            .map_err(|error| format!("chromedriver does not answer: {error}"))?;
        let mut answer: Value =
            serde_json::from_slice(&answer).map_err(|error| format!("chromedriver's answer is not JSON: {error}"))?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"])),
            None => Ok(value),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One HTTP request on a connection of its own; gives the body of the answer.
fn exchange(port: u16, method: &str, address: &str, body: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!(
        "{method} {address} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;

    let mut answer = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while answer.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
        line.clear();
    }
    let mut content = vec![0; length];
    answer.read_exact(&mut content)?;
    Ok(content)
}

/// Reads `… started successfully on port 40123.` from what chromedriver prints first.
fn announced_port(output: &mut impl BufRead) -> Result<u16, String> {
    for line in output.lines() {
        let line = line.map_err(|error| format!("chromedriver's output: {error}"))?;
        let port = line
            .split_once("started successfully on port ")
            .and_then(|(_, port)| port.trim_end_matches('.').parse().ok());
        if let Some(port) = port {
            return Ok(port);
        }
    }
    Err("chromedriver ended before it named its port".to_owned())
}

/// What a session must offer: no window, no traffic of the browser's own, and both logs.
fn capabilities(chromium: &Path, profile: &Path) -> Value {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Nothing has to be found outside, and a page that tries must not get there.
        "--host-resolver-rules=MAP * ~NOTFOUND",
        &format!("--user-data-dir={}", profile.display()),
    ];
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        "goog:chromeOptions": {
            "binary": chromium,
            "args": arguments,
            "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
        },
    } } })
}

/// The address in an entry of the performance log, where the entry is a request.
fn requested(entry: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(entry).ok()?;
    let event = &entry["message"];
    let asking = event["params"]["documentURL"].as_str();
    if asking.is_some_and(|page| page.starts_with("chrome:")) {
        // Late news of the browser's own start page.
        return None;
    }
    let address = match event["method"].as_str()? {
        "Network.requestWillBeSent" => &event["params"]["request"]["url"],
        "Network.webSocketCreated" => &event["params"]["url"],
        _ => return None,
    };
    address.as_str().map(str::to_owned)
}

/// The `file:` address of an absolute path.
fn file_url(path: &Path) -> String {
    let mut url = "file://".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("a string takes any text");
        }
    }
    url
}

/// The path in a `file:` address without its query and fragment.
pub fn path_of(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("file://")?;
    let path = path.split(['?', '#']).next()?;
    Some(PathBuf::from(decoded(path)))
}

/// Percent-encoded text as plain text.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|pair| str::from_utf8(pair).ok());
        let code = hex.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match code {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first program of this name on the `PATH`.
fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
