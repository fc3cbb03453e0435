//! What goes to standard error and, for commands that print little, to standard output. Everything that comes from
//! outside is escaped; a closed or full standard error is nobody's problem.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use kupas::error::Error;
use kupas::pipeline::Totals;
use kupas::write::Failure as FailureLine;
use kupas::write::escape::visible;
use serde_json::{Value, json};

use super::outcome::Failure;

/// Whether messages are JSON. One process runs one command, so that one switch does for all of it.
static JSON: AtomicBool = AtomicBool::new(false);

/// From now on, messages are JSON Lines.
pub fn speak_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// Whether messages are JSON Lines.
pub fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

/// Prints an error on standard error, escaped, in one line.
pub fn error(message: &str) {
    say(&format!("kupas: {message}"), || json!({"event": "error", "message": message}));
}

/// Prints a failure of a record or file on standard error, escaped, in one line.
pub fn failed(failure: &Error) {
    say(&format!("kupas: {failure}"), || {
        let mut event = json!({"event": "failed"});
        if let (Value::Object(event), Ok(Value::Object(parts))) =
            (&mut event, serde_json::to_value(FailureLine::of(failure)))
        {
            event.extend(parts);
        }
        event
    });
}

/// Prints something worth knowing on standard error, escaped, in one line.
pub fn notice(message: &str) {
    say(&format!("kupas: note: {message}"), || json!({"event": "note", "message": message}));
}

/// Prints the totals of a run on standard error.
pub fn totals(totals: &Totals) {
    say(&format!("kupas: {totals}"), || event("totals", totals));
}

/// Totals as an event.
pub fn event(name: &str, totals: &Totals) -> Value {
    let mut event = json!({ "event": name });
    if let (Value::Object(event), Ok(Value::Object(totals))) = (&mut event, serde_json::to_value(totals)) {
        event.extend(totals);
    }
    event
}

/// Prints one event on standard error as JSON.
pub fn emit(event: &Value) {
    let _ = writeln!(io::stderr().lock(), "{event}");
}

/// Prints bytes on standard output and makes sure that they arrive.
pub fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::output("standard output", error))
}

fn say(message: &str, event: impl FnOnce() -> Value) {
    if is_json() {
        emit(&event());
    } else {
        let _ = writeln!(io::stderr().lock(), "{}", visible(message));
    }
}
