"""The engines of capacitated facility location, on plain arrays: a Lagrangian tree over the sites.

Measured on one core of an AMD EPYC, compilation not counted (`tests/benchmarks/capacitated_location.py`):

* divisible clients: OR-Library's cap41 to cap132 proved in 0.4 s together, capa and capc with all eight capacities in
  3 s of CPU; 300 x 300 of Avella and Boccia proved in some 10 to 20 s or left with gaps below 0.4 %; generated
  1,000 x 1,000 end with a gap of 0.05 to 0.1 % (ratio 5; 60 s of CPU) and 0.3 to 0.4 % (ratio 10; the larger after 25 s
  of CPU) in 60 s of wall time.
* whole clients (single source): Holmberg's 55 instances proved in at most 4 s of CPU each. Of the 300 x 300 with some
  twelve clients to a site three of five are proved in 18 to 48 s of CPU, and two end with gaps below 0.1 % in a
  minute; with some six clients to a site (p1 to p5) 60 s of CPU end at 0.18 % (p1), 0.20 % (p2, p4), 0.20 to 0.29 %
  (p5) and 0.29 % (p3), where nodes that solve every knapsack in every step left 0.20, 0.45, 0.22, 0.56 and 0.53 %.
  Rows on triples of clients (`relaxation.triples`) raise the root of p3 from 15563 to 15608 in half a second by
  climbs on the packings met so far (`relaxation.packings_climb`; solving all knapsacks in each step it takes 8 s to
  15600), and a node in 20 to 70 ms. What is left of p3 is one choice of sites with 0.3 % of room to spare, whose
  bound of 15630 a softened climb raises to 15634 in 1.5 s, and a tree over the clients to 15637 in 50 s. A list of the
  900,000 packings that a plan below 15645 can hold (`packing_tree`) proves in 17 s that there is none; with a plan of
  15681 the list stops at 15646, which takes half a minute. All this is left out where more clients go to a site, and
  below 20,000 pairs: Holmberg's p30 and p31 were slower with rows. Tried without gain: branching on the number of open
  sites, whole choices of sites in the bound, annealing of clients and sites together, HiGHS on the 50 likeliest sites,
  dives over packings or pairs (no plan, or one 0.7 % dearer).

Beyond 1,000 x 1,000 the multipliers take a few seconds more for every million pairs, all in memory.
"""
