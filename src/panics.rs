//! Keeps a panic in a library, provoked by a stranger's file, from ending the program or reaching a user's screen.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
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
            let said = info.to_string().replace('\n', " ");
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
    let words = payload.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("panic");
    let elsewhere = ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner);
    if elsewhere.contains(words) { elsewhere.clone() } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_message() {
        assert_eq!(caught(|| 1), Ok(1));
        let index = std::hint::black_box(3);
        let message = caught(|| [0, 1][index]).unwrap_err();
        assert!(message.contains("out of bounds"), "{message}");
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
        assert!(message.contains("utas lain") && message.contains("panics.rs"), "{message}");
    }
}
