//! Keeps a panic in a library, provoked by a stranger's file, from ending the program or reaching a user's screen.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, Once, PoisonError};

/// The last panic of a thread that catches none itself: it reaches whoever waits for that thread without its place.
static ELSEWHERE: Mutex<String> = Mutex::new(String::new());

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `work`; its panic is returned as a message instead of being printed.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let said = told(info);
            if CATCHING.get() {
                MESSAGE.with_borrow_mut(|message| *message = said);
            } else {
                *ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner) = said;
                before(info);
            }
        }));
    });
    let outer = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    result.map_err(|payload| Some(MESSAGE.take()).filter(|own| !own.is_empty()).unwrap_or_else(|| said(payload)))
}

/// What a thread that was waited for said when it fell, and where, as far as that is known.
pub fn said(payload: Box<dyn Any + Send>) -> String {
    let words = words(&*payload);
    let elsewhere = ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner);
    if elsewhere.contains(words) { elsewhere.clone() } else { words.to_owned() }
}

/// What a panic said and where, by the crate and its file: in which folder the program was built is nobody's business.
fn told(info: &PanicHookInfo<'_>) -> String {
    let words = words(info.payload()).replace('\n', " ");
    let Some(place) = info.location() else { return words };
    format!("{words} ({}:{})", in_crate(place.file()), place.line())
}

/// A source file's path from its crate on.
fn in_crate(file: &str) -> &str {
    let folder = file.rfind("/src/").and_then(|source| file.get(..source)?.rfind('/'));
    folder.and_then(|at| file.get(at + 1..)).unwrap_or(file)
}

fn words(payload: &(dyn Any + Send)) -> &str {
    let words = payload.downcast_ref::<String>().map(String::as_str);
    words.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_message() {
        assert_eq!(caught(|| 1), Ok(1));
        let index = std::hint::black_box(3);
        let message = caught(|| [0, 1][index]).unwrap_err();
        assert!(message.contains("out of bounds") && message.contains("(src/panics.rs:"), "{message}");
        for (file, shown) in [
            ("/home/ani/registry/src/contoh.id-1/calamine-0.26.1/src/xls.rs", "calamine-0.26.1/src/xls.rs"),
            ("/rustc/5980/library/core/src/slice/mod.rs", "core/src/slice/mod.rs"),
            ("src/panics.rs", "src/panics.rs"),
        ] {
            assert_eq!(in_crate(file), shown);
        }
        assert_eq!(caught(|| caught(|| [0][index]).is_err()), Ok(true), "one inside another");
    }

    #[test]
    fn a_panic_in_a_thread_waited_for_keeps_its_words_and_place() {
        let message = caught(|| rayon::join(|| 1, || panic!("lembar {} rusak", 7))).unwrap_err();
        assert!(message.contains("lembar 7 rusak"), "{message}");
        let in_scope: Result<(), String> = caught(|| {
            let thread = std::thread::spawn(|| panic!("utas lain"));
            let Err(payload) = thread.join();
            std::panic::resume_unwind(payload)
        });
        let message = in_scope.unwrap_err();
        assert!(message.starts_with("utas lain (src/panics.rs:"), "{message}");
    }
}
