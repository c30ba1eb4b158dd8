//! Two applications of one process never get each other's pushes.

use djust::push::{Push, push_to_view};
use djust::testing::TestApp;
use djust::{Djust, live_view};
use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

#[live_view(default, path = "kit.Shared", source = "<b>{{ number }}</b>")]
#[derive(Default)]
struct Shared {
    #[push]
    number: u64,
}

fn app() -> TestApp {
    TestApp::new(Djust::builder().view::<Shared>())
}

#[actix_web::test]
async fn on_one_thread_the_newest_application_is_the_process_wide_one() -> Outcome {
    let (first, second) = (app(), app());
    let (mut one, mut two) = (first.mount::<Shared>("/").await?, second.mount::<Shared>("/").await?);
    push_to_view("kit.Shared", Push::state("number", 1))?;
    one.settled().await;
    two.settled().await;
    assert_eq!((one.text("b"), two.text("b")), ("0".into(), "1".into()));
    one.push(Shared::push().number(5)).await?;
    two.settled().await;
    assert_eq!((one.text("b"), two.text("b")), ("5".into(), "1".into()));
    drop((first, one));
    push_to_view("kit.Shared", Push::state("number", 2))?;
    two.settled().await;
    assert_eq!(two.text("b"), "2", "the end of another application changes nothing");
    drop((second, two));
    let nobody = push_to_view("kit.Shared", Push::state("number", 3));
    assert!(nobody.is_err(), "{nobody:?}");
    Ok(())
}

#[test]
fn on_two_threads_each_has_its_own() {
    let test = |number: u64| {
        move || {
            actix_web::rt::System::new().block_on(async {
                let app = app();
                let mut page = app.mount::<Shared>("/").await.expect("it mounts");
                for round in 0..100 {
                    let pushed = number + round;
                    push_to_view("kit.Shared", Push::state("number", pushed)).expect("accepted");
                    page.settled().await;
                    assert_eq!(page.text("b"), pushed.to_string());
                }
                assert_eq!(app.pushes().len(), 100);
            });
        }
    };
    let threads = [1_000, 2_000].map(|number| std::thread::spawn(test(number)));
    for thread in threads {
        thread.join().expect("no push went astray");
    }
}
