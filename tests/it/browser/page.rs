//! One page in a tab: sized, coloured, asked and acted upon.

use super::Turn;
use headless_chrome::Tab;
use headless_chrome::protocol::cdp::types::{Event, Method};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A page that is shown. What it says to the console and what it asks for is written down.
pub struct Page {
    tab: Arc<Tab>,
    heard: Arc<Mutex<Vec<String>>>,
}

/// Commands of the browser's protocol, with their parameters as JSON.
macro_rules! commands {
    ($($name:ident = $method:literal),* $(,)?) => {$(
        #[derive(Debug, Serialize)]
        #[serde(transparent)]
        struct $name(Value);
        impl Method for $name {
            const NAME: &'static str = $method;
            type ReturnObject = Value;
        }
    )*};
}

commands! {
    Evaluate = "Runtime.evaluate",
    Metrics = "Emulation.setDeviceMetricsOverride",
    Media = "Emulation.setEmulatedMedia",
    NoScript = "Emulation.setScriptExecutionDisabled",
    Network = "Network.enable",
    Mouse = "Input.dispatchMouseEvent",
    Key = "Input.dispatchKeyEvent",
    Print = "Page.printToPDF",
}

/// How a page is looked at.
#[derive(Clone, Copy)]
pub struct View {
    pub width: u32,
    pub dark: bool,
    pub script: bool,
    pub media: &'static str,
}

/// A laptop by day.
pub const LAPTOP: View = View { width: 1280, dark: false, script: true, media: "screen" };

impl Turn {
    /// Opens a page in a new tab.
    pub fn open(&self, file: &Path, view: View) -> Page {
        let tab = self.browser.new_tab().expect("a tab");
        tab.set_default_timeout(Duration::from_mins(1));
        let page = Page { tab, heard: Arc::default() };
        page.listen();
        page.command(NoScript(json!({ "value": !view.script })));
        page.view(view);
        let address = format!("file://{}", file.display());
        page.tab.navigate_to(&address).and_then(Tab::wait_until_navigated).expect("the page opens");
        page.until("document.readyState === 'complete'");
        page
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.tab.close(false);
    }
}

impl Page {
    fn listen(&self) {
        let heard = Arc::clone(&self.heard);
        self.tab.enable_log().and_then(Tab::enable_runtime).expect("its console is heard");
        self.command(Network(json!({})));
        let listener = move |event: &Event| {
            let line = match event {
                Event::LogEntryAdded(e) => format!("log: {}", e.params.entry.text),
                Event::RuntimeExceptionThrown(e) => format!("exception: {:?}", e.params.exception_details),
                Event::RuntimeConsoleAPICalled(e) => format!("console: {:?}", e.params.args),
                Event::PageJavascriptDialogOpening(e) => format!("dialog: {}", e.params.message),
                Event::NetworkRequestWillBeSent(e) => format!("request: {}", e.params.request.url),
                _ => return,
            };
            heard.lock().unwrap().push(line);
        };
        self.tab.add_event_listener(Arc::new(listener)).expect("events are heard");
    }

    fn command<C: Method + Serialize + std::fmt::Debug>(&self, command: C) -> C::ReturnObject {
        self.tab.call_method(command).unwrap_or_else(|e| panic!("{}: {e}", C::NAME))
    }

    /// Sets size and colours.
    pub fn view(&self, view: View) {
        let View { width, dark, media, .. } = view;
        self.command(Metrics(
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
        ));
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.command(Media(json!({ "media": media, "features": features })));
    }

    /// Everything that was said and asked for.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The value of an expression, a promise awaited.
    pub fn ask(&self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.command(Evaluate(asked));
        assert!(
            answer["exceptionDetails"].is_null(),
            "{}: {answer}",
            expression.lines().next().unwrap_or_default()
        );
        answer["result"]["value"].clone()
    }

    /// A count that an expression gives.
    pub fn count(&self, expression: &str) -> u64 {
        self.ask(expression).as_u64().unwrap_or_else(|| panic!("{expression} is no count"))
    }

    /// A number.
    pub fn number(&self, expression: &str) -> f64 {
        let value = self.ask(expression);
        value.as_f64().unwrap_or_else(|| panic!("{expression} is {value}"))
    }

    /// A text.
    pub fn text(&self, expression: &str) -> String {
        let value = self.ask(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}")).to_owned()
    }

    /// Waits until it is so, at most half a minute.
    pub fn until(&self, condition: &str) {
        let begun = Instant::now();
        while self.ask(condition) != json!(true) {
            assert!(begun.elapsed() < Duration::from_secs(30), "never: {condition}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Moves, presses or releases the mouse.
    pub fn mouse(&self, what: &str, (x, y): (f64, f64), held: bool) {
        let button = if what == "mouseMoved" && !held { "none" } else { "left" };
        let buttons = u8::from(held);
        self.command(Mouse(
            json!({"type": what, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}),
        ));
    }

    /// Presses a key and lets it go.
    pub fn key(&self, key: &str, shift: bool) {
        let modifiers = if shift { 8 } else { 0 };
        for what in ["keyDown", "keyUp"] {
            self.command(Key(json!({"type": what, "key": key, "modifiers": modifiers})));
        }
    }

    /// The page as PDF, in base64.
    pub fn pdf(&self) -> String {
        let made = self.command(Print(json!({"preferCSSPageSize": true, "printBackground": true})));
        made["data"].as_str().expect("a document").to_owned()
    }
}
