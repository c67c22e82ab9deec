"""The engines of capacitated facility location, on plain arrays: a Lagrangian tree over the sites.

Measured on one core of an AMD EPYC, compilation not counted (`tests/benchmarks/capacitated_location.py`):

* divisible clients: OR-Library's cap41 to cap132 proved in 0.4 s together, capa and capc with all eight capacities in
  3 s of CPU; 300 x 300 of Avella and Boccia proved in some 10 to 20 s or left with gaps below 0.4 %; generated
  1,000 x 1,000 end with a gap of 0.05 to 0.1 % (ratio 5; 60 s of CPU) and 0.3 to 0.4 % (ratio 10; the larger after 25 s
  of CPU) in 60 s of wall time.
* whole clients (single source): Holmberg's 55 instances proved in 15 s of CPU together, each in at most 3.6 s. Of the
  300 x 300 with some twelve clients to a site three of five are proved in 18 to 48 s of CPU, and two end with gaps
  below 0.1 % in a minute; with some six clients to a site 0.2 %, which is aimed at first, is proved after 12 to 20 s
  (p1, p4), 18 to 47 s (p3) and 20 to 57 s (p2, p5) on a machine slowed by half, with most seeds; a single run in ten or
  so ends at 0.21 to 0.29 %. 500 x 1,000 with five clients to a site: 0.6 %. Rows on triples of clients
  (`relaxation.triples`) raise the root of p3 from 15563 to 15603 in seconds by climbs on the packings met so far
  (`relaxation.packings_climb`; solving all knapsacks in each step is ten times slower), and a node in 20 to 70 ms. Rows
  leave some ten sites undecided, and good choices differ from the averaged openings in one to four of these:
  `likely_choices` judges six to a hundred in two seconds and finds one of p2 whose bound is 16108 to 16120, where dives
  that decide a fifth of the sites at a time ended at 16120 to 16195, and exchanges of one or two sites seldom led on.
  Exchanges of clients of six sites take a third of the time at a toll on room and wages of their own
  (`heuristics.group_packings`: without the toll a site that is open only because room is scarce seems too dear). They
  end in plans that differ in chains over some twenty sites, with the same sites open: assigned anew on these sites and
  put together (`recombination`) they lead to plans of 18288 to 18290 for p5, where exchanges alone end at 18288 to
  18321. Of p3 one choice of sites with 0.3 % of room to spare takes much of the minute: 1.2 million packings lie within
  the gap, and a tree over them (`packing_tree`) raises its bound of 15634 to 15643 in 20 s, where a tree over the
  clients came to 15636. The best plans are on it: annealing, in which one client changes places with two, ends at 15660
  to 15810 there, and exchanges of up to fourteen sites over the 6,000 packings nearest to their sites' least
  (`packing_exchange`) lead a quarter to half of these to 15649 to 15665 in 0.1 to 0.5 s. HiGHS needs 0.5 to 15 s for
  the 2,000 to 5,000 nearest, and finds 15649 to 15652 or that these are too few. All this is left out where more
  clients go to a site, and below 20,000 pairs: Holmberg's p30 and p31 were slower with rows. Tried without gain:
  branching on the number of open sites, whole choices of sites in the bound, annealing of clients and sites together,
  dives that decide clients by averages with rows (one or two sites end overfull), longer and hotter annealings on the
  best choice of p3, HiGHS on the 50 likeliest sites, dives over packings or pairs (no plan, or one 0.7 % dearer),
  exchanges of eight sites, hotter or longer cycles of exchanges, a third round at the root.

Beyond 1,000 x 1,000 the multipliers take a few seconds more for every million pairs, all in memory.
"""
