#!/usr/bin/env python3
"""Writes the synthetic recordings of Fixtures/synthetic/DvsGesture, byte for byte (NumPy 2.4.6):

  make_recordings.py OUTDIR --train 3 --test 1 --events 120000 --seconds 1.2 --seed 7 --golden

`dvsprep synth` uses another model and another generator; this script is kept because the golden frames were
made from its recordings. The bytes depend on the order in which it draws numbers: do not change it.

A 'hand' is a cloud of edge points with normals. Moving edges cause events: their rate is |normal . velocity|,
their polarity its sign. 11 classes = 11 motions. Background noise, two hot pixels and a slowly swaying body
are added.
"""
import argparse, os, struct
import numpy as np

HEADER = (b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n"
          b"#Start-TimeS: 2016-10-13 10:00:00\r\n#!END-HEADER\r\n")
LIGHTS = ["fluorescent", "led", "lab", "natural", "fluorescent_led"]


def make_shape(rng, n, rx, ry):
    """n edge points with unit normals: an outline (60 %) and inner texture (40 %)."""
    no = int(n * 0.6)
    a = rng.uniform(0, 2 * np.pi, no)
    wob = 1 + 0.25 * np.sin(5 * a + rng.uniform(0, 6.28))          # finger-like lobes
    px, py = rx * wob * np.cos(a), ry * wob * np.sin(a)
    nx, ny = np.cos(a), np.sin(a)
    ni = n - no
    r, b = np.sqrt(rng.uniform(0, 1, ni)), rng.uniform(0, 2 * np.pi, ni)
    th = rng.uniform(0, 2 * np.pi, ni)
    return (np.concatenate([px, rx * r * np.cos(b)]), np.concatenate([py, ry * r * np.sin(b)]),
            np.concatenate([nx, np.cos(th)]), np.concatenate([ny, np.sin(th)]))


def motion(cls, hand, t, f, A, ph):
    """Centre of `hand` (0 = person's right = image left, 1 = the other) at times t (s), or None if it rests."""
    w = 2 * np.pi * f
    cx0, cy0 = (42.0, 64.0) if hand == 0 else (86.0, 64.0)
    s = np.sin(w * t + ph); c = np.cos(w * t + ph)
    if cls == 0:                                   # clap
        return (64 - 6 - A * (1 + s) * 0.6, 66 + 1.5 * c) if hand == 0 else (64 + 6 + A * (1 + s) * 0.6, 66 - 1.5 * c)
    if cls in (1, 2):                              # wave with one hand
        return (cx0 + A * s, 40 + 3 * np.abs(c)) if hand == cls - 1 else None
    if cls in (3, 4, 5, 6):                        # arm circles, clockwise / counter-clockwise
        h = 0 if cls < 5 else 1
        if hand != h:
            return None
        d = 1 if cls in (3, 5) else -1
        return cx0 + 1.3 * A * c, 60 + 1.3 * A * d * s
    if cls == 7:                                   # arm roll
        k = 0 if hand == 0 else np.pi
        return 64 + 0.7 * A * np.cos(2 * w * t + ph + k), 68 + 0.9 * A * np.sin(2 * w * t + ph + k)
    if cls == 8:                                   # air drums
        k = 0 if hand == 0 else np.pi
        return cx0 + 2 * s, 74 + 1.2 * A * np.maximum(np.sin(1.6 * w * t + ph + k), -0.3)
    if cls == 9:                                   # air guitar: fast strum, slow fret hand
        return (58 + 3 * s, 80 + A * np.sin(2.2 * w * t + ph)) if hand == 0 else (96 + 6 * np.sin(0.3 * w * t), 50 + 4 * np.cos(0.3 * w * t))
    return (cx0 + A * (np.sin(0.7 * w * t + ph) + 0.5 * np.sin(1.9 * w * t)),   # other
            60 + A * (np.cos(1.1 * w * t) + 0.4 * np.sin(2.7 * w * t + ph)))


def sample_moving(rng, n, t0, t1, path, shape, jitter=0.55):
    """About n events from a shape moving along path(t); accept-reject on |normal . velocity|."""
    out = []
    got = 0
    px, py, nx, ny = shape
    while got < n:
        m = int((n - got) * 2.6) + 64
        t = rng.uniform(t0, t1, m)
        x0, y0 = path(t); x1, y1 = path(t + 1e-3)
        vx, vy = (x1 - x0) * 1e3, (y1 - y0) * 1e3
        k = rng.integers(0, px.size, m)
        flow = nx[k] * vx + ny[k] * vy
        lim = np.percentile(np.abs(flow), 98) + 1e-9
        keep = rng.uniform(0, 1, m) < np.minimum(np.abs(flow) / lim, 1)
        t, k, flow = t[keep][: n - got], k[keep][: n - got], flow[keep][: n - got]
        x0 = np.asarray(x0)[keep][: n - got]; y0 = np.asarray(y0)[keep][: n - got]
        x = np.rint(x0 + px[k] + rng.normal(0, jitter, t.size)).astype(np.int64)
        y = np.rint(y0 + py[k] + rng.normal(0, jitter, t.size)).astype(np.int64)
        pol = ((flow > 0) ^ (rng.uniform(0, 1, t.size) < 0.06)).astype(np.int64)
        out.append((t, x, y, pol)); got += t.size
    return [np.concatenate(c) for c in zip(*out)]


def recording(rng, n_events, windows, seconds):
    """-> t_us, x, y, p (sorted by t), rows of the label file."""
    hands = [make_shape(rng, 500, rng.uniform(6, 8.5), rng.uniform(7.5, 10)) for _ in range(2)]
    arm = make_shape(rng, 300, 4, 16)
    body = make_shape(rng, 500, 22, 34)
    A, f0 = rng.uniform(11, 16), rng.uniform(1.1, 1.8)
    classes = list(range(11)) + [7] if windows == 12 else [i % 11 for i in range(windows)]   # like the real set: class 8 twice
    t, rows, plan = rng.uniform(3.0, 9.0), [], []
    for c in classes:
        d = seconds * rng.uniform(0.8, 1.2)
        plan.append((c, t, t + d)); rows.append((c + 1, int(t * 1e6), int((t + d) * 1e6)))
        t += d + rng.uniform(0.5, 2.5)
    total = t + rng.uniform(1, 4)
    n_noise, n_hot, n_body = int(n_events * 0.07), int(n_events * 0.008), int(n_events * 0.06)
    n_move = n_events - n_noise - n_hot - n_body
    dur = np.array([b - a for _, a, b in plan]) * rng.uniform(0.6, 1.4, len(plan))
    per = np.floor(n_move * dur / dur.sum()).astype(int); per[-1] += n_move - per.sum()
    parts = []
    for (c, a, b), n in zip(plan, per):
        f, ph = f0 * rng.uniform(0.85, 1.15), rng.uniform(0, 6.28)
        live = [h for h in (0, 1) if motion(c, h, np.zeros(1), f, A, ph) is not None]
        for h in live:
            nh = n // len(live)
            path = lambda tt, h=h: motion(c, h, tt, f, A, ph)
            parts.append(sample_moving(rng, int(nh * 0.7), a, b, path, hands[h]))
            def apath(tt, h=h):                                       # the forearm hangs below the hand, half its travel
                x, y = motion(c, h, tt, f, A, ph); bx = 42.0 if h == 0 else 86.0
                return bx + 0.6 * (np.asarray(x) - bx), 18 + 0.8 * np.asarray(y)
            parts.append(sample_moving(rng, nh - int(nh * 0.7), a, b, apath, arm))
    parts.append(sample_moving(rng, n_body, 0.5, total, lambda tt: (64 + 1.5 * np.sin(1.3 * tt), 96 + 0.8 * np.cos(0.9 * tt)), body))
    parts.append([rng.uniform(0.2, total, n_noise), rng.integers(0, 128, n_noise), rng.integers(0, 128, n_noise), rng.integers(0, 2, n_noise)])
    hx, hy = rng.integers(0, 128, 2), rng.integers(0, 128, 2); w = rng.integers(0, 2, n_hot)
    parts.append([rng.uniform(0.2, total, n_hot), hx[w], hy[w], np.ones(n_hot, np.int64)])
    T, X, Y, P = [np.concatenate(c) for c in zip(*parts)]
    ok = (X >= 0) & (X < 128) & (Y >= 0) & (Y < 128)
    T, X, Y, P = (T[ok] * 1e6).astype(np.int64), X[ok], Y[ok], P[ok]
    o = np.argsort(T, kind="stable")
    return T[o], X[o], Y[o], P[o], rows


def packet(etype, source, overflow, ev, capacity=None):
    """ev: uint32 [n,2] (data, timestamp).  capacity > n pads with zero events."""
    n = len(ev); cap = n if capacity is None else capacity
    valid = int((ev[:, 0] & 1).sum())
    pad = b"\0" * (8 * (cap - n))
    return struct.pack("<hhiiiiii", etype, source, 8, 4, overflow, cap, n, valid) + ev.astype("<u4").tobytes() + pad


def write_aedat(path, T, X, Y, P, rng, every_us=10_000, cap=4096, invalid=0.0, pad_some=False):
    data = ((X.astype(np.uint32) << 17) | (Y.astype(np.uint32) << 2) | (P.astype(np.uint32) << 1) | 1).astype(np.uint32)
    if invalid:
        data[rng.uniform(0, 1, data.size) < invalid] &= np.uint32(0xFFFFFFFE)
    ts = (T & 0x7FFFFFFF).astype(np.uint32); ov = (T >> 31).astype(np.int64)
    ev = np.stack([data, ts], 1)
    slot = T // every_us
    cut = np.flatnonzero((slot[1:] != slot[:-1]) | (ov[1:] != ov[:-1])) + 1
    bounds = np.concatenate([[0], cut, [T.size]])
    special = np.array([[(1 << 1) | 1, int(T[0] & 0x7FFFFFFF)]], np.uint32)      # type 1 = timestamp reset
    with open(path, "wb") as f:
        f.write(HEADER); f.write(packet(0, 1, int(ov[0]), special))
        for i in range(len(bounds) - 1):
            a, b = int(bounds[i]), int(bounds[i + 1])
            for s in range(a, b, cap):
                e = min(s + cap, b)
                c = (e - s) + 3 if pad_some and i % 50 == 7 else None
                f.write(packet(1, 1, int(ov[s]), ev[s:e], c))
            if i % 97 == 13:
                f.write(packet(0, 1, int(ov[a]), np.array([[(3 << 1) | 1, int(ts[b - 1])], [(4 << 1) | 1, int(ts[b - 1])]], np.uint32)))


def write_csv(path, rows):
    with open(path, "w") as f:
        f.write("class,startTime_usec,endTime_usec\n")
        f.writelines(f"{c},{a},{b}\n" for c, a, b in rows)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out"); ap.add_argument("--train", type=int, default=6); ap.add_argument("--test", type=int, default=2)
    ap.add_argument("--events", type=int, default=4_000_000); ap.add_argument("--seconds", type=float, default=6.5)
    ap.add_argument("--windows", type=int, default=12); ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--golden", action="store_true", help="file 2: clock offset past 2^31 us; file 3: invalid events and padded packets")
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    names = [f"user{1 + i // 2:02d}_{LIGHTS[i % 2]}" for i in range(a.train)] + [f"user{24 + i // 2:02d}_{LIGHTS[i % 2]}" for i in range(a.test)]
    for i, nm in enumerate(names):
        rng = np.random.default_rng([a.seed, i])
        T, X, Y, P, rows = recording(rng, a.events, a.windows, a.seconds)
        kw = {}
        if a.golden and i == 1:
            # SpikingJelly reads the label file as uint32, so windows may pass 2^31 us but not 2^32 us
            off = (1 << 31) - int(T[-1]) // 2
            T = T + off; rows = [(c, s + off, e + off) for c, s, e in rows]
        if a.golden and i == 2:
            kw = dict(invalid=0.02, pad_some=True)
        write_aedat(os.path.join(a.out, nm + ".aedat"), T, X, Y, P, rng, **kw)
        write_csv(os.path.join(a.out, nm + "_labels.csv"), rows)
        print(nm, T.size, "events", f"{(T[-1]-T[0])/1e6:.1f} s", len(rows), "windows", flush=True)
    for fn, part in (("trials_to_train.txt", names[: a.train]), ("trials_to_test.txt", names[a.train:])):
        with open(os.path.join(a.out, fn), "w") as f:
            f.writelines(n + ".aedat\n" for n in part)


if __name__ == "__main__":
    main()
