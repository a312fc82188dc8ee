use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chassis::{Drained, Job, JobError, Server, Service, Shutdown};
use telemetry::Metrics;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

struct Working {
    metrics: Metrics,
    shutdown: Shutdown,
    task: JoinHandle<Drained>,
}

impl Working {
    async fn start(job: Job) -> Self {
        let (metrics, shutdown) = (Metrics::new("test"), Shutdown::new());
        let service = Service::new("test", metrics.clone()).job(job);
        let server = Server::bind(Vec::new()).await.expect("nothing to bind");
        let task = tokio::spawn(server.run(vec![service], shutdown.clone(), Duration::ZERO, MINUTE));
        Self {
            metrics,
            shutdown,
            task,
        }
    }

    fn runs(&self, outcome: &str) -> usize {
        let series = format!("job_runs_total{{job=\"count\",outcome=\"{outcome}\"}} ");
        let text = self.metrics.render();
        text.lines()
            .find_map(|line| line.strip_prefix(&series))
            .map_or(0, |count| count.parse().unwrap())
    }

    async fn stop(self) -> Drained {
        self.shutdown.trigger();
        self.task.await.expect("jobs do not take the process with them")
    }
}

#[tokio::test(start_paused = true)]
async fn a_periodic_job_runs_at_once_and_at_every_tick() {
    let working = Working::start(Job::periodic("count", MINUTE, async || Ok::<_, JobError>(()))).await;
    sleep(SECOND).await;
    assert_eq!(working.runs("ok"), 1);
    sleep(MINUTE * 3).await;
    assert_eq!(working.runs("ok"), 4);
    let metrics = working.metrics.clone();
    assert_eq!(working.stop().await, Drained::default());
    sleep(MINUTE * 3).await;
    assert!(
        metrics
            .render()
            .contains("job_runs_total{job=\"count\",outcome=\"ok\"} 4")
    );
}

/// Runs never overlap, and a late one does not make up for those it missed.
#[tokio::test(start_paused = true)]
async fn a_run_that_takes_longer_than_the_tick_delays_the_next() {
    let running = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&running);
    let job = Job::periodic("count", MINUTE, move || {
        let now = Arc::clone(&now);
        async move {
            assert_eq!(now.fetch_add(1, Ordering::Relaxed), 0, "two runs at once");
            sleep(MINUTE * 2 + Duration::from_secs(30)).await;
            now.fetch_sub(1, Ordering::Relaxed);
            Ok::<_, JobError>(())
        }
    });
    let working = Working::start(job).await;
    // Back to back: 2:30, 5:00, 7:30, 10:00.
    sleep(MINUTE * 10 + SECOND).await;
    assert_eq!((working.runs("ok"), working.runs("panic")), (4, 0));
    working.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_makes_a_job_run_and_calls_during_a_run_make_one_more() {
    let wake = Arc::new(Notify::new());
    let job = Job::signalled("count", MINUTE * 60, Arc::clone(&wake), async || {
        sleep(Duration::from_secs(10)).await;
        Ok::<_, JobError>(())
    });
    let working = Working::start(job).await;
    sleep(Duration::from_secs(11)).await;
    assert_eq!(working.runs("ok"), 1);
    wake.notify_one();
    sleep(Duration::from_secs(5)).await;
    for _ in 0..3 {
        wake.notify_one();
    }
    sleep(MINUTE * 10).await;
    assert_eq!(working.runs("ok"), 3);
    working.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_error_or_a_panic_does_not_stop_a_job() {
    let count = AtomicUsize::new(0);
    let job = Job::periodic("count", MINUTE, move || {
        let run = count.fetch_add(1, Ordering::Relaxed);
        // One panic before the run's future exists and one inside of it.
        assert!(run != 1, "on purpose");
        async move {
            match run {
                0 => Err(JobError::from("on purpose")),
                2 => panic!("on purpose"),
                _ => Ok(()),
            }
        }
    });
    let working = Working::start(job).await;
    // At 0, 1, 3 and 7 s, then every minute.
    sleep(MINUTE * 2 + Duration::from_secs(8)).await;
    assert_eq!(
        (working.runs("error"), working.runs("panic"), working.runs("ok")),
        (1, 2, 3)
    );
    assert_eq!(working.stop().await, Drained::default());
}

/// The pauses double up to the period, and begin anew after a run that did its work.
#[tokio::test(start_paused = true)]
async fn a_job_that_failed_is_tried_again_soon() {
    for (fails, expected) in [
        ([true; 6], [1, 2, 4, 5, 5]),
        ([true, true, true, false, true, true], [1, 2, 4, 5, 1]),
    ] {
        let (seen, mut started) = tokio::sync::mpsc::unbounded_channel();
        let run = AtomicUsize::new(0);
        let job = Job::periodic("count", Duration::from_secs(5), move || {
            let fail = fails.get(run.fetch_add(1, Ordering::Relaxed));
            let outcome = if fail == Some(&true) {
                Err(JobError::from("on purpose"))
            } else {
                Ok(())
            };
            let heard = seen.send(Instant::now());
            async move { heard.map_err(JobError::from).and(outcome) }
        });
        let working = Working::start(job).await;
        let mut runs = Vec::new();
        for _ in fails {
            runs.push(started.recv().await.unwrap());
        }
        let pauses: Vec<_> = runs
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).as_secs())
            .collect();
        assert_eq!(pauses, expected);
        working.stop().await;
    }
}

/// Who calls often does not make the pauses grow.
#[tokio::test(start_paused = true)]
async fn calls_do_not_lengthen_the_pause_after_a_failure() {
    let (seen, mut started) = tokio::sync::mpsc::unbounded_channel();
    let wake = Arc::new(Notify::new());
    let job = Job::signalled("count", MINUTE, Arc::clone(&wake), move || {
        let heard = seen.send(Instant::now());
        async move {
            heard
                .map_err(JobError::from)
                .and(Err(JobError::from("on purpose")))
        }
    });
    let working = Working::start(job).await;
    started.recv().await.unwrap();
    let mut last = Instant::now();
    for _ in 0..5 {
        wake.notify_one();
        last = started.recv().await.unwrap();
    }
    let by_itself = started.recv().await.unwrap();
    assert_eq!((by_itself - last).as_secs(), 2, "the second pause");
    working.stop().await;
}

#[tokio::test(start_paused = true)]
async fn each_run_has_a_trace_of_its_own() {
    let (seen, mut traces) = tokio::sync::mpsc::unbounded_channel();
    let job = Job::periodic("count", MINUTE, move || {
        let seen = seen.clone();
        async move { seen.send(telemetry::trace_id()).map_err(JobError::from) }
    });
    let working = Working::start(job).await;
    let (first, second) = (traces.recv().await.unwrap(), traces.recv().await.unwrap());
    assert!(
        first.is_some() && second.is_some() && first != second,
        "{first:?} {second:?}"
    );
    working.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_a_run_finish_until_the_deadline() {
    for (takes, stopped_after, cut_jobs) in [(MINUTE, Duration::from_secs(59), 0), (MINUTE * 2, MINUTE, 1)] {
        let job = Job::periodic("count", MINUTE * 60, move || async move {
            sleep(takes).await;
            Ok::<_, JobError>(())
        });
        let working = Working::start(job).await;
        sleep(SECOND).await;
        let metrics = working.metrics.clone();
        let started = Instant::now();
        let drained = working.stop().await;
        assert_eq!(
            drained,
            Drained {
                cut_jobs,
                ..Drained::default()
            }
        );
        assert_eq!(started.elapsed(), stopped_after);
        let finished = metrics.render().contains("job=\"count\",outcome=\"ok\"} 1");
        assert_eq!(finished, cut_jobs == 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_what_outlived_its_request() {
    let (metrics, shutdown) = (Metrics::new("test"), Shutdown::new());
    let service = Service::new("test", metrics);
    let (heard, ended) = (shutdown.clone(), Arc::new(AtomicUsize::new(0)));
    let end = Arc::clone(&ended);
    service.tasks().spawn(async move {
        heard.wait().await;
        sleep(10 * SECOND).await;
        end.fetch_add(1, Ordering::Relaxed);
    });
    let server = Server::bind(Vec::new()).await.expect("nothing to bind");
    let running = tokio::spawn(server.run(vec![service], shutdown.clone(), Duration::ZERO, MINUTE));
    shutdown.trigger();
    running.await.expect("it drains");
    assert_eq!(ended.load(Ordering::Relaxed), 1);
}
