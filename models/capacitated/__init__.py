"""The engines of capacitated facility location, on plain arrays: a Lagrangian tree over the sites.

Measured on one core of an AMD EPYC, compilation not counted (`tests/benchmarks/capacitated_location.py`):

* divisible clients: OR-Library's cap41 to cap132 proved in 0.4 s together, capa and capc with all eight capacities in
  3 s of CPU; 300 x 300 of Avella and Boccia proved in some 10 to 20 s or left with gaps below 0.4 %; generated
  1,000 x 1,000 end with a gap of 0.05 to 0.1 % (ratio 5; 60 s of CPU) and 0.3 to 0.4 % (ratio 10; the larger after 25 s
  of CPU) in 60 s of wall time.
* whole clients (single source): Holmberg's 55 instances proved in at most 4 s of CPU each. Of the 300 x 300 with some
  twelve clients to a site three of five are proved in 18 to 48 s of CPU, and two end with gaps below 0.1 % after 60 s;
  with some six clients to a site (p1 to p5) gaps are 0.20 % (p1), 0.22 % (p4), 0.38 to 0.45 % (p2), 0.54 % (p3) and
  0.56 % (p5) after 54 s of CPU, where plain nodes left 0.36, 0.38, 0.43, 0.47 (p3: less) and 0.62 %. Rows on triples
  of clients (`relaxation.triples`) raise the root of p1 from 16489.3 to 16516.5, and with its sites decided to 16530;
  exchanges (`regrouping`) found its plan 16562.29 after 20 s. Both are left out where more clients go to a site, and
  below 20,000 pairs: Holmberg's p30 and p31 were not proved in 15 s of CPU with them. What is left of the gap is the
  choice of sites: with those of the best plan decided the relaxation is 0.03 % (p3) and 0.14 % (p5) below it, at the
  root 0.5 and 0.7 %, where some twelve sites are open in part. Column generation with all rows on triples ends at
  15611 for p3 (15610 after 5 s, the climbs 15600), with rows on four and five clients at 15617; from there 60 s end at
  0.44 % for p3, 0.48 % for p5, 0.25 % for p4 (worse: nodes with more rows are slower). Tried without gain, too: sites
  tried on both sides before a node branches (p3 0.46 %, p4 0.26 %), branching on the number of open sites, whole
  choices of sites in the bound (0 to 2 more), annealing of clients and sites together, HiGHS on the 50 likeliest sites
  in 45 s, bounds of knapsacks that look ahead at the rows' prices (no time was saved), and dives over pairs at the
  rows' prices.

Beyond 1,000 x 1,000 the multipliers take a few seconds more for every million pairs, all in memory.
"""
