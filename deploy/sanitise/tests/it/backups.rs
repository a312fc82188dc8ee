use sanitise::Tools;
use sanitise::backup::{BackupError, newest};
use time::Duration;

use crate::world::{World, now};

#[tokio::test]
async fn a_backup_of_a_week_is_taken_and_an_older_one_refused() {
    let world = World::with_customers(1).await;
    world.back_up();
    let (tools, folder, name) = (Tools::default(), world.backups.path(), &world.rules.database);
    let backup = newest(&tools, folder, name, now()).await.expect("made just now");
    assert!(
        (now() - backup.made).abs() < Duration::minutes(5),
        "{}",
        backup.made
    );
    newest(&tools, folder, name, backup.made + Duration::days(7))
        .await
        .expect("a week old");
    let error = newest(
        &tools,
        folder,
        name,
        backup.made + Duration::days(7) + Duration::SECOND,
    )
    .await;
    assert!(matches!(error, Err(BackupError::Old { .. })), "{error:?}");
    let error = newest(&tools, folder, name, backup.made - Duration::hours(2)).await;
    assert!(matches!(error, Err(BackupError::Future { .. })), "{error:?}");
}

/// By what archives say of themselves: a file's name and times prove nothing.
#[tokio::test]
async fn the_newest_of_the_right_database_is_chosen_and_broken_files_are_passed_over() {
    let (world, other) = (World::with_customers(1).await, World::with_customers(1).await);
    let (tools, folder) = (Tools::default(), world.backups.path());
    let none = newest(&tools, folder, &world.rules.database, now()).await;
    assert!(matches!(none, Err(BackupError::None(_))), "{none:?}");
    let first = folder.join("zz.dump");
    std::fs::rename(world.back_up(), &first).expect("renamed");
    std::fs::copy(other.back_up(), folder.join("other.dump")).expect("copied");
    std::fs::write(folder.join("broken.dump"), "PGDMP and no more").expect("written");
    std::fs::write(folder.join("notes.txt"), "not an archive").expect("written");
    let found = newest(&tools, folder, &world.rules.database, now())
        .await
        .expect("found");
    assert_eq!(found.path, first);
    // An archive's time is of whole seconds.
    while now().unix_timestamp() <= found.made.unix_timestamp() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let second = world.back_up();
    let found = newest(&tools, folder, &world.rules.database, now())
        .await
        .expect("found");
    assert_eq!(found.path, second);
}
