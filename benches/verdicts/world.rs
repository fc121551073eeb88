//! Counters with a known truth: traffic with a daily wave and a memory, events that are over-dispersed and remember, bursts.

use fastrand::Rng;
use netmortem::correlate::ladder::{Design, Step, Stretch, Track};
use std::f64::consts::TAU;

/// One kind of world. Times in minutes.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// As the README calls it.
    pub name: &'static str,
    /// Length of each side.
    pub window: f64,
    /// Memory of the log-rate, and its standard deviation.
    pub memory: (f64, f64),
    /// Per cent of events for one per cent of load.
    pub elasticity: f64,
    /// Load after to load before.
    pub load: f64,
    /// Bursts an hour; 0 for a counter that is never silent for long.
    pub bursts: f64,
    /// Whole days before the first side.
    pub history: usize,
    /// Samples at intervals between 1 s and 10 min instead of each minute.
    pub irregular: bool,
}

const DAY: f64 = 1_440.0;
/// Minutes between samples.
const STEP: f64 = 1.0;

/// All scenes of the table, without history.
pub fn scenes() -> Vec<Scene> {
    let s1 = Scene {
        name: "S1 24 h, memory 10 min",
        window: DAY,
        memory: (10.0, 0.5),
        elasticity: 1.0,
        load: 1.0,
        bursts: 0.0,
        history: 0,
        irregular: false,
    };
    vec![
        s1,
        Scene { name: "S2 memory 1 h", memory: (60.0, 0.8), ..s1 },
        Scene { name: "S2b memory 3 h", memory: (180.0, 0.8), ..s1 },
        Scene { name: "S3 1 burst/h", bursts: 1.0, ..s1 },
        Scene { name: "S4 6 bursts/d", bursts: 0.25, ..s1 },
        Scene { name: "S5 2 h", window: 120.0, ..s1 },
        Scene { name: "S6 load ×1.5", load: 1.5, ..s1 },
        Scene { name: "S7 load ×1.5, square", load: 1.5, elasticity: 2.0, ..s1 },
        Scene { name: "S7b load ×3, square", load: 3.0, elasticity: 2.0, ..s1 },
        Scene { name: "S8 6 h, square", window: 360.0, elasticity: 2.0, ..s1 },
        Scene { name: "S9 6 h", window: 360.0, ..s1 },
        Scene { name: "S10 drift over 12 h", memory: (720.0, 0.4), ..s1 },
        Scene { name: "S11 irregular samples", irregular: true, ..s1 },
    ]
}

pub fn normal(random: &mut Rng) -> f64 {
    let (u, v) = (1.0 - random.f64(), random.f64());
    (-2.0 * u.ln()).sqrt() * (TAU * v).cos()
}

fn poisson(random: &mut Rng, mean: f64) -> f64 {
    if mean > 50.0 {
        return (mean + mean.sqrt() * normal(random)).round().max(0.0);
    }
    let limit = (-mean).exp();
    let (mut product, mut n) = (random.f64(), 0.0);
    while product > limit {
        product *= random.f64();
        n += 1.0;
    }
    n
}

/// Marsaglia and Tsang (2000).
fn gamma(random: &mut Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(random, shape + 1.0) * random.f64().max(1e-300).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(random);
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && (1.0 - random.f64()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// A process that remembers: an exact step of an Ornstein-Uhlenbeck process.
struct Memory {
    tau: f64,
    sd: f64,
    at: f64,
}

impl Memory {
    fn new(random: &mut Rng, tau: f64, sd: f64) -> Self {
        Self { tau, sd, at: sd * normal(random) }
    }

    fn step(&mut self, random: &mut Rng, minutes: f64) -> f64 {
        let keep = (-minutes / self.tau).exp();
        self.at = keep * self.at + self.sd * (1.0 - keep * keep).sqrt() * normal(random);
        self.at
    }
}

/// What was counted, and where the change lies.
pub struct World {
    pub track: Track,
    pub design: Design,
}

/// A world in which the change multiplies the rate by `effect`.
pub fn world(scene: &Scene, effect: f64, seed: u64) -> World {
    #[allow(clippy::cast_precision_loss)] // days
    let lead = scene.history as f64 * DAY;
    // the sides of a history's scene are a day apart at least
    let (start, change) = (0.0, lead + scene.window);
    let mut random = Rng::with_seed(seed);
    let phase = random.f64();
    let mut traffic = Memory::new(&mut random, 30.0, 0.2);
    let mut rate = Memory::new(&mut random, scene.memory.0, scene.memory.1);
    let mut bursts: Vec<(f64, f64, f64)> = Vec::new();
    let mut steps = Vec::new();
    let mut at = start;
    while at < change + scene.window - 1e-9 {
        let edge = if at < change { change } else { change + scene.window };
        let drawn = if scene.irregular { (random.f64() * 600_f64.ln()).exp() / 60.0 } else { STEP };
        let minutes = drawn.min(edge - at);
        let after = at >= change - 1e-9;
        let load = if after { scene.load } else { 1.0 };
        let wave = 1.0 + 0.6 * (TAU * (at / DAY + phase)).sin();
        let x = wave * traffic.step(&mut random, minutes).exp() * load;
        let sd = scene.memory.1;
        let mu = x.powf(scene.elasticity)
            * (rate.step(&mut random, minutes) - sd * sd / 2.0).exp()
            * if after { effect } else { 1.0 };
        let events = if scene.bursts > 0.0 {
            if random.f64() < 1.0 - (-scene.bursts / 60.0 * mu * minutes).exp() {
                let length = 1.0 - 3.0 * (1.0 - random.f64()).ln();
                bursts.push((at, at + length, (200_f64.ln() + normal(&mut random)).exp() / length));
            }
            bursts.retain(|b| b.1 > at);
            let inside = |b: &(f64, f64, f64)| (b.1.min(at + minutes) - b.0.max(at)).max(0.0) * b.2;
            let mean = bursts.iter().map(inside).sum();
            poisson(&mut random, mean)
        } else {
            let shape = 2.0 * minutes;
            let mean = 2.0 * mu * minutes * gamma(&mut random, shape) / shape;
            poisson(&mut random, mean)
        };
        let exposure = poisson(&mut random, 1_000.0 * x * minutes);
        steps.push(Step { from: at * 60.0, to: (at + minutes) * 60.0, events, exposure });
        at += minutes;
    }
    let side = |from: f64| Stretch { from: from * 60.0, to: (from + scene.window) * 60.0 };
    let design =
        Design { before: side(change - scene.window), after: side(change), history: start, load: true };
    World { track: Track::new(steps), design }
}
