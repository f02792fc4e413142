#!/usr/bin/env python3
"""Known answers of the comparator, worked out from docs/concepts/comparator.md alone.

Written apart from the C++ code and in another way: logarithms instead of plain capital, one formula a
function. tests/unit/core/stats/known_answers_test.cc holds the code to what this prints, to 1e-9.

    python3 tests/simulation/known_answers.py
"""
from math import exp, expm1, inf, log, log1p, sqrt

ALTERNATIVES = [exp(log(1.25) + j * (log(6) - log(1.25)) / 7) for j in range(8)]
WARM_UP_TOLERANCE = 5
WARM_UP_SHARE = 0.4


def lse(values):
    top = max(values)
    return top if top == -inf else top + log(sum(exp(v - top) for v in values))


def start_weight(k, planned):
    """Of block k of a rollout with one step."""
    if k == 0:
        return 0.8
    even = 0.1 / (planned - 1) if k < planned else 0
    return even + 0.1 * log(16.5) / ((k + 16) * log(k + 16) ** 2)


def likelihood_ratio(x, nc, y, nb, r0, R):
    w, m = nc / nb, x + y
    return x * (log(R) - log(r0)) - m * (log1p(R * w) - log1p(r0 * w))


def with_margin(x, nc, y, nb, r0, R, delta):
    w = nc / nb
    a = log(R / r0) - log((R * w + 1) / (r0 * w + 1))
    return likelihood_ratio(x, nc, y, nb, r0, R) - nc * delta * expm1(a)


def share_bet(x, nc, y, nb, r0, R, phi, kappa):
    w, m = nc / nb, x + y
    if m == 0:
        return 0
    rho, rho_R = r0 * w / (r0 * w + 1), R * w / (R * w + 1)
    stake = min(0.9 / rho, m * (rho_R - rho) / (phi * rho * (1 - rho)))
    return log1p(stake * (x / m - rho)) / kappa


def jumps(before, now, phi):
    m1, n1 = before
    m2, n2 = now
    if n1 == 0 or n2 == 0:
        return False
    r, M = n2 / (n1 + n2), m1 + m2
    return (m2 - r * M) ** 2 > 16 * phi * M * r * (1 - r)


def of_batch(x, nc, y, nb, R, expected_bad):
    """Likelihood ratio that costs as much as with the expected bad events, where more than were seen."""
    w, m = nc / nb, x + y
    rho, cost = w / (w + 1), log1p(R * w) - log1p(w)
    M = max(m, expected_bad * (nc + nb))
    return (x - rho * m) * log(R) - M * (cost - rho * log(R))


class Evidence:
    """Log capital of each alternative, for share betting, the fast lane and practical significance."""

    def __init__(self):
        self.parts = [[-inf] * 8 for _ in range(3)]
        self.started = 0

    def absorb(self, increments, start):
        self.started += start
        for part, added in zip(self.parts, increments):
            for j in range(8):
                grown = [part[j]] + ([log(start / 8)] if start > 0 else [])
                part[j] = lse(grown) + added[j]

    def value(self):
        left = log(1 - self.started) if self.started < 1 else -inf
        share, fast, practical = (lse(part + [left]) for part in self.parts)
        return min(lse([log(0.8) + share, log(0.2) + fast]), practical)


class Comparator:
    def __init__(self, phi, phi_max, kappa, delta, planned):
        self.phi, self.phi_max, self.kappa, self.delta = phi, phi_max, kappa, delta
        self.planned, self.k, self.newest = planned, 0, (0, 0)
        self.judged, self.warm = Evidence(), None

    def block(self, scrapes, warms_up=False):
        """`scrapes`: (x, nc, y, nb) of each scrape interval. Gives ln of the rollback evidence."""
        r0 = WARM_UP_TOLERANCE if warms_up else 1
        grid = [r0 * ratio for ratio in ALTERNATIVES]
        x, nc, y, nb = (sum(scrape[i] for scrape in scrapes) for i in range(4))
        share = [0] * 8
        for scrape in scrapes:
            both = (scrape[0] + scrape[2], scrape[1] + scrape[3])
            if both[1] == 0:
                continue
            skipped, self.newest = jumps(self.newest, both, self.phi), both
            if skipped:
                continue
            for j, R in enumerate(grid):
                share[j] += share_bet(*scrape, r0, R, self.phi, self.kappa)
        tempering = max(15, 3 * self.phi_max)
        fast = [min(log(10), likelihood_ratio(x, nc, y, nb, r0, R) / tempering) for R in grid]
        practical = [with_margin(x, nc, y, nb, r0, R, self.delta) / self.phi_max for R in grid]
        if warms_up:
            start = 0 if self.warm else 1
            self.warm = self.warm or Evidence()
            self.warm.absorb((share, fast, practical), start)
        else:
            self.judged.absorb((share, fast, practical), start_weight(self.k, self.planned))
            self.k += 1
        judged = self.judged.value()
        if not self.warm:
            return judged
        return lse([log(1 - WARM_UP_SHARE) + judged, log(WARM_UP_SHARE) + self.warm.value()])


class Judged:
    """Scores that come in batches, one block each, of which what waits for the other track is compared."""

    ALTERNATIVES = [exp(log(1.05) + j * (log(3) - log(1.05)) / 7) for j in range(8)]

    def __init__(self, spread, expected_bad, delta, planned):
        self.spread, self.expected_bad, self.delta, self.planned = spread, expected_bad, delta, planned
        self.k, self.waiting, self.evidence = 0, [0, 0, 0, 0], Evidence()

    def block(self, *counts):
        """`counts`: (x, nc, y, nb), nothing of a track without a batch. Gives ln of the rollback evidence."""
        self.waiting = [a + b for a, b in zip(self.waiting, counts)]
        increments = [[0] * 8] * 3
        x, nc, y, nb = self.waiting
        if nc > 0 and nb > 0:
            self.waiting = [0, 0, 0, 0]
            expected_bad = self.expected_bad if self.spread > 0 else 0
            rate = max(self.expected_bad, (x + y) / (nc + nb))
            phi = 1 + 2 * self.spread ** 2 * rate * nc * nb / (nc + nb)
            ratios = [of_batch(x, nc, y, nb, R, expected_bad) for R in self.ALTERNATIVES]
            margins = [nc * self.delta * expm1(log(R) - log((R * nc / nb + 1) / (nc / nb + 1)))
                       for R in self.ALTERNATIVES]
            increments = ([min(log(10), ratio / (1.25 * phi)) for ratio in ratios],
                          [min(log(10), ratio / max(15, 3 * phi)) for ratio in ratios],
                          [(ratio - margin) / phi for ratio, margin in zip(ratios, margins)])
        self.evidence.absorb(increments, start_weight(self.k, self.planned))
        self.k += 1
        return self.evidence.value()


# Batches of 3,000 and 27,000 scores in turn, the canary's two blocks late; of the last ones the
# canary's is bad and the baseline's better than usual.
BATCHES = [(0, 0, 4100, 27000), (0, 0, 0, 0), (460, 3000, 0, 0), (520, 3000, 3900, 27000), (0, 0, 3300, 27000),
           (610, 3000, 0, 0)]


# Four scrapes a block. In the third block the rate of both tracks jumps up within the block, and
# down again in the fourth.
USUAL = [(1, 150, 7, 1350), (2, 148, 6, 1352), (0, 152, 8, 1350), (3, 150, 6, 1349)]
WORSE = [(3, 150, 7, 1350), (2, 149, 5, 1351), (4, 150, 8, 1350), (3, 151, 7, 1349)]
INCIDENT = [(2, 150, 6, 1350), (30, 150, 40, 1350), (14, 150, 130, 1350), (15, 150, 137, 1350)]
AFTER = [(9, 150, 130, 1350), (1, 150, 9, 1350), (2, 151, 6, 1349), (3, 150, 8, 1350)]
OUTAGE = [(75, 150, 7, 1350), (148, 150, 6, 1350), (150, 150, 8, 1350), (150, 150, 7, 1350)]
ROLLOUT = [USUAL, WORSE, INCIDENT, AFTER, WORSE, OUTAGE]


def main():
    print("start weights, 61 planned:", [start_weight(k, 61) for k in (0, 1, 30, 60, 61, 300)])
    for phi, phi_max, kappa in ((1, 1, 1), (1.5, 2.5, 1.75), (2, 8, 1.1)):
        judge = Comparator(phi, phi_max, kappa, 0.0005, 61)
        print(f"phi {phi}, phi_max {phi_max}, kappa {kappa}:",
              [judge.block(block) for block in ROLLOUT])
    for phi, phi_max, kappa in ((1, 1, 1), (1.5, 2.5, 1.75)):
        judge = Comparator(phi, phi_max, kappa, 0.0005, 61)
        print(f"phi {phi}, phi_max {phi_max}, kappa {kappa}, two blocks of warm-up:",
              [judge.block(block, i < 2) for i, block in enumerate(ROLLOUT)])
    for spread in (0, 0.2):
        judge = Judged(spread, 0.15, 0.004, 61)
        print(f"batches, spread {spread}:", [judge.block(*block) for block in BATCHES])
    judge = Comparator(1, 1, 1, 0.0005, 61)
    print("an outage in the warm-up:", [judge.block(OUTAGE, True) for _ in range(2)])


if __name__ == "__main__":
    main()
