//! How many questions a second one core answers, and what the index takes: `cargo bench -p rules --bench matching`.
//!
//! Ours against libraries that do the same or a part of it. All rates are questions a second; ours answer with every
//! asset, rank and days included. Memory is counted by the allocator. Nothing is asserted about time; that all
//! structures give the same answers is.

mod cpu;
mod rivals;
mod world;

use std::hint::black_box;
use std::net::IpAddr;
use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::{Criterion, Throughput};
use model::DomainName;
use peak_alloc::PeakAlloc;
use rules::matching::{AssetIndex, Whereabouts};

use cpu::CpuTime;
use world::TODAY;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Rows in a chunk of the flow.
const CHUNK: usize = 50_000;

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    addresses(&mut criterion);
    names(&mut criterion);
    large(&mut criterion);
    criterion.final_summary();
}

/// Makes a thing, and prints how long that took and what it keeps.
fn made<T>(what: &str, assets: usize, make: impl FnOnce() -> T) -> T {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let began = ThreadTime::now();
    let thing = make();
    let seconds = began.elapsed().as_secs_f64();
    let kept = ALLOCATOR.current_usage() - before;
    let peak = ALLOCATOR.peak_usage() - before;
    println!(
        "{what}: {assets} assets, made in {seconds:.2} s of one core, {:.1} bytes each, {} MiB in all, {} MiB while it was made",
        kept as f64 / assets as f64,
        kept >> 20,
        peak >> 20,
    );
    thing
}

fn find_addresses(index: &AssetIndex, addresses: &[IpAddr]) -> usize {
    let questions = addresses.iter().map(|address| Whereabouts {
        address: Some(*address),
        ..Whereabouts::default()
    });
    find_all(index, questions)
}

fn find_names(index: &AssetIndex, names: &[DomainName]) -> usize {
    let questions = names.iter().map(|name| Whereabouts {
        name: Some(name),
        ..Whereabouts::default()
    });
    find_all(index, questions)
}

fn find_all<'q>(index: &AssetIndex, places: impl Iterator<Item = Whereabouts<'q>>) -> usize {
    let mut found = 0;
    let questions = places.map(|place| (place, TODAY));
    index
        .finder()
        .find_all(questions, |matches| found += black_box(matches).len());
    found
}

/// 250,000 nested prefixes: every asset around an address, then the innermost alone.
fn addresses(criterion: &mut Criterion<CpuTime>) {
    let prefixes = world::prefixes(250_000, 1);
    let questions = world::addresses(&prefixes, CHUNK * 20, 2);
    // Chunks differ, so that no answer is in a cache because it was just asked.
    let mut chunks: Vec<Vec<IpAddr>> = questions.chunks(CHUNK).map(<[_]>::to_vec).collect();
    let shuffled = chunks.clone();
    chunks.iter_mut().for_each(|chunk| chunk.sort_unstable());

    let ours = made("ours, prefixes", prefixes.len(), || {
        world::index(&prefixes, &[])
    });
    let rivals = rivals::Prefixes::of(&prefixes);
    let found: usize = chunks
        .iter()
        .map(|chunk| find_addresses(&ours, chunk))
        .sum();
    println!(
        "{:.2} assets around an address",
        found as f64 / questions.len() as f64
    );
    assert_eq!(
        found,
        questions
            .iter()
            .map(|address| rivals.trie.covering(*address))
            .sum::<usize>()
    );
    assert_eq!(
        found,
        questions
            .iter()
            .map(|address| rivals.bart.covering(*address))
            .sum::<usize>()
    );

    let mut group = criterion.benchmark_group("every asset around an address");
    group.throughput(Throughput::Elements(CHUNK as u64));
    for (order, chunks) in [("sorted", &chunks), ("shuffled", &shuffled)] {
        let mut next = chunks.iter().cycle();
        let mut chunk = || next.next().expect("endless");
        group.bench_function(format!("ours/{order}"), |bench| {
            bench.iter(|| find_addresses(&ours, chunk()));
        });
        group.bench_function(format!("prefix-trie/{order}"), |bench| {
            bench.iter(|| total(chunk(), |address| rivals.trie.covering(*address)));
        });
        group.bench_function(format!("ts_bart/{order}"), |bench| {
            bench.iter(|| total(chunk(), |address| rivals.bart.covering(*address)));
        });
    }
    group.finish();

    let table = rules::matching::AsTable::from_iter(
        prefixes
            .iter()
            .enumerate()
            .map(|(number, prefix)| (*prefix, model::Asn::new(number as u32))),
    );
    let mut group = criterion.benchmark_group("longest prefix only");
    group.throughput(Throughput::Elements(CHUNK as u64));
    for (order, chunks) in [("sorted", &chunks), ("shuffled", &shuffled)] {
        let mut next = chunks.iter().cycle();
        let mut chunk = || next.next().expect("endless");
        group.bench_function(format!("ours/{order}"), |bench| {
            bench.iter(|| {
                total(chunk(), |address| {
                    usize::from(table.asn_of(*address).is_some())
                })
            });
        });
        group.bench_function(format!("prefix-trie/{order}"), |bench| {
            bench.iter(|| total(chunk(), |address| rivals.trie.longest(*address)));
        });
        group.bench_function(format!("ts_bart/{order}"), |bench| {
            bench.iter(|| total(chunk(), |address| rivals.bart.longest(*address)));
        });
        group.bench_function(format!("iptrie/{order}"), |bench| {
            bench.iter(|| total(chunk(), |address| rivals.iptrie.longest(*address)));
        });
    }
    group.finish();

    let deep = world::nested(16);
    let ours = world::index(&deep, &[]);
    let questions = vec!["192.0.2.1".parse().expect("an address"); CHUNK];
    assert_eq!(find_addresses(&ours, &questions), 16 * CHUNK);
    let mut group = criterion.benchmark_group("every asset, 16 nested");
    group.throughput(Throughput::Elements(CHUNK as u64));
    group.bench_function("ours", |bench| {
        bench.iter(|| find_addresses(&ours, &questions))
    });
    group.finish();
}

/// 2,000,000 domains and hosts.
fn names(criterion: &mut Criterion<CpuTime>) {
    let domains = world::domains(2_000_000, 3);
    let questions = world::names(&domains, CHUNK * 20, 4);
    let mut chunks: Vec<Vec<DomainName>> = questions.chunks(CHUNK).map(<[_]>::to_vec).collect();
    let shuffled = chunks.clone();
    chunks.iter_mut().for_each(|chunk| chunk.sort_unstable());

    let ours = made("ours, names", domains.len(), || world::index(&[], &domains));
    let rivals = rivals::Names::of(&domains);
    let found: usize = chunks.iter().map(|chunk| find_names(&ours, chunk)).sum();
    println!(
        "{:.2} assets around a name",
        found as f64 / questions.len() as f64
    );
    assert_eq!(
        found,
        questions
            .iter()
            .map(|name| rivals.map.covering(name))
            .sum::<usize>()
    );
    assert_eq!(
        found,
        questions
            .iter()
            .map(|name| rivals.fst.covering(name))
            .sum::<usize>()
    );
    assert_eq!(
        found,
        questions
            .iter()
            .map(|name| rivals.trie.covering(name))
            .sum::<usize>()
    );

    let mut group = criterion.benchmark_group("every asset around a name");
    group.throughput(Throughput::Elements(CHUNK as u64));
    for (order, chunks) in [("sorted", &chunks), ("shuffled", &shuffled)] {
        let mut next = chunks.iter().cycle();
        let mut chunk = || next.next().expect("endless");
        group.bench_function(format!("ours/{order}"), |bench| {
            bench.iter(|| find_names(&ours, chunk()));
        });
        group.bench_function(format!("HashMap/{order}"), |bench| {
            bench.iter(|| total(chunk(), |name| rivals.map.covering(name)));
        });
        group.bench_function(format!("fst/{order}"), |bench| {
            bench.iter(|| total(chunk(), |name| rivals.fst.covering(name)));
        });
        group.bench_function(format!("label trie/{order}"), |bench| {
            bench.iter(|| total(chunk(), |name| rivals.trie.covering(name)));
        });
    }
    group.finish();
}

/// More assets than anybody registers today.
fn large(criterion: &mut Criterion<CpuTime>) {
    for millions in [1, 10] {
        let count = millions * 1_000_000;
        let prefixes = world::prefixes(count / 2, 5);
        let domains = world::domains(count / 2, 6);
        let ours = made("ours, half prefixes, half names", count, || {
            world::index(&prefixes, &domains)
        });
        let mut addresses = world::addresses(&prefixes, CHUNK, 7);
        let mut names = world::names(&domains, CHUNK, 8);
        drop((prefixes, domains));
        let mut group = criterion.benchmark_group(format!("{millions} million assets"));
        group.throughput(Throughput::Elements(CHUNK as u64));
        for order in ["shuffled", "sorted"] {
            group.bench_function(format!("addresses/{order}"), |bench| {
                bench.iter(|| find_addresses(&ours, &addresses));
            });
            group.bench_function(format!("names/{order}"), |bench| {
                bench.iter(|| find_names(&ours, &names));
            });
            addresses.sort_unstable();
            names.sort_unstable();
        }
        group.finish();
    }
}

fn total<Q>(questions: &[Q], answer: impl Fn(&Q) -> usize) -> usize {
    questions
        .iter()
        .map(|question| black_box(answer(question)))
        .sum()
}
