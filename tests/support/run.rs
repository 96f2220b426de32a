//! What the steps do: a directory, the binary, and an emulator that is kept between steps.

use crate::script::{Output, Step, words};
use crate::terminal;
use entrant_benchmark::secret::{CANARY, file_found, form_found};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use trap::Trap;

#[path = "trap.rs"]
mod trap;

/// What must stand nowhere: the token that is given, and the one that is made up where none is.
const TOKENS: [&str; 2] = [CANARY, "entrant-made-up-token"];

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The directory in which a scenario happens, and its emulator.
pub struct World {
    directory: tempfile::TempDir,
    server: Option<Server>,
    /// What servers said on stderr.
    talk: tempfile::NamedTempFile,
    trap: Option<Trap>,
    /// The digest of the plan that was saved last.
    digest: String,
    /// Where a token was found.
    leaks: Vec<String>,
    record: Option<PathBuf>,
}

struct Server {
    child: Child,
    url: String,
}

impl World {
    pub fn new(folder: &Path) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let record = std::env::var_os("SCENARIOS_RECORD").map(|d| Path::new(&d).join(name + ".jsonl"));
        Self::recorded(folder, record)
    }

    /// With every exchange with an emulator appended to `record`.
    pub fn recorded(folder: &Path, record: Option<PathBuf>) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name() != "scenario.txt" {
                copy(&entry.path(), &directory.path().join(entry.file_name()))?;
            }
        }
        let talk = tempfile::NamedTempFile::new()?;
        Ok(Self {
            directory,
            server: None,
            talk,
            trap: None,
            digest: String::new(),
            leaks: Vec::new(),
            record,
        })
    }

    /// Ends the scenario: no token may stand in anything that was printed or written, and nothing may have come to
    /// the trap.
    pub fn finish(mut self) -> Result<()> {
        for token in TOKENS {
            if let Some((file, form)) = file_found(self.directory.path(), token)? {
                self.leaks.push(format!("{}, {form}", file.display()));
            }
            if let Some(form) = form_found(&fs::read(self.talk.path())?, token) {
                self.leaks.push(format!("what the server said, {form}"));
            }
        }
        if !self.leaks.is_empty() {
            return Err(format!("a token stands in {}", self.leaks.join("; ")).into());
        }
        self.trap.take().map_or(Ok(()), Trap::finish)
    }

    pub fn step(&mut self, step: &Step) -> Result<Output> {
        let output = self.carry_out(step)?;
        let mut saved = output.stderr.lines().filter(|line| line.starts_with("Saved in "));
        if let Some((_, digest)) = saved.next_back().and_then(|line| line.rsplit_once(' ')) {
            digest.clone_into(&mut self.digest);
        }
        for token in TOKENS {
            for (name, text) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                if let Some(form) = form_found(text.as_bytes(), token) {
                    self.leaks.push(format!("{name} of line {}, {form}", step.line));
                }
            }
        }
        Ok(output)
    }

    /// Commits the directory as it is to a git repository of its own, and tags the commit.
    fn commit(&self, tag: &str) -> Result<()> {
        let git = |arguments: &[&str]| -> Result<()> {
            let mut command = Command::new("git");
            command.args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.com",
                "-c",
                "commit.gpgsign=false",
            ]);
            command.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]);
            let output = command.args(arguments).current_dir(self.directory.path()).output()?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() { Ok(()) } else { Err(said.into()) }
        };
        if !self.directory.path().join(".git").exists() {
            git(&["init", "-q", "."])?;
        }
        git(&["add", "-A", "."])?;
        git(&["commit", "-q", "--allow-empty", "-m", tag])?;
        git(&["tag", tag])
    }

    fn carry_out(&mut self, step: &Step) -> Result<Output> {
        let command = self.filled_in(&step.command);
        let all = words(&command)?;
        let (name, rest) = all.split_first().ok_or("an empty step")?;
        let path = |name: &String| self.directory.path().join(name);
        match (name.as_str(), rest) {
            ("serve", options) => self.serve(options),
            ("stop", []) => self.stop(),
            ("trap", []) => {
                self.trap = Some(Trap::set()?);
                Ok(Output::default())
            }
            ("graph", [method, path]) => self.graph(method, path, ""),
            ("graph", [method, path, body]) => self.graph(method, path, body),
            ("write", [file]) => {
                let file = path(file);
                fs::create_dir_all(file.parent().ok_or("no directory")?)?;
                fs::write(file, self.filled_in(&step.input))?;
                Ok(Output::default())
            }
            ("replace", [file, old, new]) => {
                let text = fs::read_to_string(path(file))?;
                if !text.contains(old.as_str()) {
                    return Err(format!("`{old}` is not in {file}").into());
                }
                fs::write(path(file), text.replace(old.as_str(), &new.replace("\\n", "\n")))?;
                Ok(Output::default())
            }
            ("remove", [name]) => {
                let path = path(name);
                let is_directory = path.is_dir();
                if is_directory { fs::remove_dir_all(path) } else { fs::remove_file(path) }?;
                Ok(Output::default())
            }
            ("estate", []) => {
                let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
                copy(&estate, &self.directory.path().join("policies")).map(|()| Output::default())
            }
            ("commit", [tag]) => self.commit(tag).map(|()| Output::default()),
            #[cfg(unix)]
            ("link", [target, name]) => {
                std::os::unix::fs::symlink(target, path(name))?;
                Ok(Output::default())
            }
            ("show", [file]) => Ok(Output { stdout: fs::read_to_string(path(file))?, ..Output::default() }),
            ("same", [a, b]) => {
                if fs::read(path(a))? == fs::read(path(b))? {
                    Ok(Output::default())
                } else {
                    Err("they differ".into())
                }
            }
            ("tty", [columns, input, rest @ ..]) => {
                let command = self.entrant(rest)?.0;
                terminal::run(command, columns.parse()?, input)
            }
            ("interrupt", [text, rest @ ..]) => self.interrupt(text, rest),
            ("closed", rest) => self.closed(rest),
            _ => self.run(&all),
        }
    }

    /// What differs from run to run, replaced.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.replace("\r\n", "\n");
        let directory = self.directory.path();
        for directory in fs::canonicalize(directory).ok().into_iter().chain([directory.to_owned()]) {
            text = text.replace(&*directory.to_string_lossy(), "[DIR]");
        }
        text = after(&text, "http://127.0.0.1:", "[PORT]", |c| c.is_ascii_digit());
        text = after(&text, "sha256:", "[DIGEST]", |c| c.is_ascii_hexdigit());
        text = after(&text, "request-id ", "[REQUEST]", |c| c.is_ascii_hexdigit() || c == '-');
        // Where a line ends between the two.
        text = after(&text, "request-id\n  ", "[REQUEST]", |c| c.is_ascii_hexdigit() || c == '-');
        for key in ["request-id", "client-request-id"] {
            text = after(&text, &format!("\"{key}\": \""), "[REQUEST]", |c| c != '"');
        }
        for key in ["createdDateTime", "modifiedDateTime", "date"] {
            text = after(&text, &format!("\"{key}\": \""), "[TIME]", |c| c != '"');
        }
        text = after(&text, "; continues at ", "[TIME]", |c| c != '.');
        text = without_dates(&text);
        text = after(&text, "\"bytes\": ", "[COST]", |c| c.is_ascii_digit());
        text = after(&text, "\"httpRequests\": ", "[COST]", |c| c.is_ascii_digit());
        text = after(&text, "\"innerRequests\": ", "[COST]", |c| c.is_ascii_digit());
        text = after(&text, "\"seconds\": ", "[TIME]", |c| !matches!(c, '\n' | ','));
        text = after(&text, "Cost: ", "[COST].", |c| c != '\n');
        in_order(&text)
    }

    /// A text with what is known only now.
    fn filled_in(&self, text: &str) -> String {
        let url = self.server.as_ref().map_or("", |server| server.url.as_str());
        let trap = self.trap.as_ref().map_or("", |trap| trap.url.as_str());
        text.replace("$URL", url)
            .replace("$TRAP", trap)
            .replace("$CANARY", CANARY)
            .replace("$DIGEST", &self.digest)
    }

    /// The binary with arguments and variables; the names of the files that shall hold its stdout and its stderr.
    fn entrant(&self, all: &[String]) -> Result<(Command, [Option<PathBuf>; 2])> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entrant"));
        command.current_dir(self.directory.path());
        for name in
            ["ENTRANT_GRAPH_URL", "ENTRANT_ACCESS_TOKEN", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"]
        {
            command.env_remove(name);
        }
        // Whoever runs the tests may be signed in; the scenarios are not.
        let signs_in = ["AZURE", "ARM_", "ACTIONS_ID_", "IDENTITY_", "IMDS_", "SYSTEM_"];
        for (name, _) in std::env::vars_os() {
            if signs_in.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        // With `CI` nothing is drawn again and again, which would differ from run to run.
        command.env("TERM", "xterm-256color").env("CI", "true");
        // None is given where it could leave for Microsoft.
        let has_emulator = self.server.is_some() || all.iter().any(|word| word.starts_with("--emulator"));
        if has_emulator && !all.iter().any(|word| word.contains("https://")) {
            command.env("ENTRANT_ACCESS_TOKEN", CANARY);
        }
        let mut words = all.iter();
        loop {
            match words.next().map(|word| (word.as_str(), word.split_once('='))) {
                Some(("entrant", _)) => break,
                Some((_, Some((name, value)))) => command.env(name, value),
                other => return Err(format!("{other:?} is no step").into()),
            };
        }
        let mut arguments: Vec<&String> = words.collect();
        let mut files = [None, None];
        while let [.., arrow, name] = arguments.as_slice()
            && let Some(stream) = [">", "2>"].iter().position(|known| known == arrow)
        {
            files[stream] = Some(self.directory.path().join(name));
            arguments.truncate(arguments.len() - 2);
        }
        let is_embedded = arguments.iter().any(|a| *a == "--emulator" || a.starts_with("--emulator="));
        command.args(arguments);
        if let (Some(record), true) = (&self.record, is_embedded) {
            command.arg("--emulator-record").arg(record);
        }
        Ok((command, files))
    }

    fn run(&self, all: &[String]) -> Result<Output> {
        let (mut command, files) = self.entrant(all)?;
        let output = command.stdin(Stdio::null()).output()?;
        let mut streams = [String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?];
        for (stream, file) in streams.iter_mut().zip(files) {
            if let Some(file) = file {
                fs::write(file, std::mem::take(stream))?;
            }
        }
        let [stdout, stderr] = streams;
        Ok(Output { stdout, stderr, exit: output.status.code() })
    }

    fn interrupt(&self, text: &str, all: &[String]) -> Result<Output> {
        let (mut command, _) = self.entrant(all)?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut reader = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        let mut stdout = String::new();
        let mut is_sent = false;
        while reader.read_line(&mut stdout)? > 0 {
            if !is_sent && stdout.contains(text) {
                // What follows the text is under way by then.
                std::thread::sleep(Duration::from_millis(100));
                terminal::interrupt(&child)?;
                is_sent = true;
            }
        }
        let output = child.wait_with_output()?;
        Ok(Output { stdout, stderr: String::from_utf8(output.stderr)?, exit: output.status.code() })
    }

    /// Runs the binary with a stdout whose reader has gone before it starts.
    fn closed(&self, all: &[String]) -> Result<Output> {
        let (mut command, _) = self.entrant(all)?;
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let output = command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).spawn()?;
        drop(command);
        let output = output.wait_with_output()?;
        Ok(Output {
            stderr: String::from_utf8(output.stderr)?,
            exit: output.status.code(),
            ..Output::default()
        })
    }

    fn serve(&mut self, options: &[String]) -> Result<Output> {
        if self.server.is_some() {
            self.stop()?;
        }
        let mut all = vec!["entrant".to_owned(), "emulator".to_owned(), "serve".to_owned()];
        all.extend_from_slice(options);
        if let Some(record) = &self.record {
            let record = record.display().to_string();
            // A scenario may record by itself; there is one record, and ours goes before.
            match all.iter().position(|option| option == "--record") {
                Some(at) => all[at + 1] = record,
                None => all.extend(["--record".to_owned(), record]),
            }
        }
        let (mut command, _) = self.entrant(&all)?;
        let talk = fs::File::options().append(true).open(self.talk.path())?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(talk).spawn()?;
        let mut url = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut url)?;
        if !url.starts_with("http://127.0.0.1:") {
            return Err(format!("the first line is `{url}`").into());
        }
        self.server = Some(Server { child, url: url.trim().to_owned() });
        Ok(Output::default())
    }

    fn stop(&mut self) -> Result<Output> {
        let mut server = self.server.take().ok_or("no emulator is running")?;
        terminal::terminate(&server.child)?;
        Ok(Output { exit: server.child.wait()?.code(), ..Output::default() })
    }

    /// A request of a portal, say: not through the tool.
    fn graph(&self, method: &str, path: &str, body: &str) -> Result<Output> {
        let server = self.server.as_ref().ok_or("no emulator is running")?;
        let host = server.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(
            stream,
            "{method} {} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer portal\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            path.replace(' ', "%20"),
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        let body = match serde_json::from_str::<serde_json::Value>(body) {
            Ok(json) => serde_json::to_string_pretty(&json)?,
            Err(_) => body.to_owned(),
        };
        Ok(Output { stdout: format!("{status}\n{body}\n"), ..Output::default() })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.child.kill();
            let _ = server.child.wait();
        }
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    } else {
        fs::create_dir_all(to.parent().ok_or("no directory")?)?;
        fs::copy(from, to)?;
    }
    Ok(())
}

/// The days on which objects were made replaced, also where the line ends before them.
fn without_dates(text: &str) -> String {
    let mut parts = text.split("made");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let day = part.trim_start();
        let space = &part[..part.len() - day.len()];
        let rest = day.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let is_day = day.len() - rest.len() == "2026-01-31".len();
        out.extend(["made", space, if is_day { "[DATE]" } else { "" }, if is_day { rest } else { day }]);
    }
    out
}

/// Steps that end side by side in the order of the plan: updates and then deletes, by address.
fn in_order(text: &str) -> String {
    let rank = |line: &str| match line.split(' ').next() {
        Some("updated") => Some(0),
        Some("deleted") => Some(1),
        _ => None,
    };
    let lines: Vec<&str> = text.split('\n').collect();
    let together = lines.chunk_by(|one, next| rank(one).is_some() && rank(next).is_some());
    let sorted = together.map(|lines| {
        let mut lines = lines.to_vec();
        lines.sort_by_key(|line| (rank(line), *line));
        lines.join("\n")
    });
    sorted.collect::<Vec<_>>().join("\n")
}

/// What follows each `lead`, as far as `is_part` holds, replaced.
fn after(text: &str, lead: &str, word: &str, is_part: impl Fn(char) -> bool) -> String {
    let mut pieces = text.split(lead);
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(&is_part);
        result.push_str(lead);
        if rest.len() < piece.len() {
            result.push_str(word);
        }
        result.push_str(rest);
    }
    result
}
