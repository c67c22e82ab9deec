"""The engines of capacitated facility location, on plain arrays: a Lagrangian tree over the sites.

Measured on one core of an AMD EPYC, compilation not counted (`tests/benchmarks/capacitated_location.py`):

* divisible clients: OR-Library's cap41 to cap132 proved in 0.4 s together, capa and capc with all eight capacities in
  3 s of CPU; 300 x 300 of Avella and Boccia proved in some 10 to 20 s or left with gaps below 0.4 %; generated
  1,000 x 1,000 end with a gap of 0.05 to 0.1 % (ratio 5; 60 s of CPU) and 0.3 to 0.4 % (ratio 10; the larger after 25 s
  of CPU) in 60 s of wall time.
* whole clients (single source): Holmberg's 55 instances proved in 16 to 21 s of CPU together, each in at most 4 s. Of
  the 300 x 300 with some twelve clients to a site three of five are proved in 18 to 48 s of CPU, and two end with gaps
  below 0.1 % in a minute; with some six clients to a site 60 s of a quiet machine end at 0.05 % (p1), 0.14 to 0.16 %
  (p3, p4, p5) and 0.19 % (p2; all with seed 0); p2 and p3 are within 0.2 % after 30 to 45 s of CPU.
  500 x 1,000 with five clients to a site: 0.6 %. Rows on triples of clients (`relaxation.triples`) raise the root
  of p3 from 15563 to 15603 in seconds by climbs on the packings met so far (`relaxation.packings_climb`; solving all
  knapsacks in each step is ten times slower), and a node in 20 to 70 ms. Good choices of sites differ by one to four of
  some 47 sites: exchanges of sites by these bounds (`site_exchange`) end p2 at plans of 16135 to 16145 after some 15 s,
  where dives alone had led to 16230 (seed 0). Exchanges of clients of six sites take a third of the time at a toll on
  room and wages of their own (`heuristics.group_packings`: without the toll a site that is open only because room is
  scarce seems too dear). They end in plans that differ in chains over some twenty sites, with the same sites open:
  assigned anew on these sites and put together (`recombination`) they lead to plans of 18288 to 18290 for p5, where
  exchanges alone end at 18288 to 18321. Of p3 one choice of sites with 0.3 % of room to spare takes much of the minute:
  1.2 million packings lie within the gap, and a tree over them (`packing_tree`) raises its bound of 15634 to 15643 in
  20 s, where a tree over the clients came to 15636. The best plans are on it, and were missed until annealing let one
  client change places with two, and such choices were assigned (`searches`): 15649 to 15677, before 15676 to 15688. All
  this is left out where more clients go to a site, and below 20,000 pairs: Holmberg's p30 and p31 were slower with
  rows. Tried without gain: branching on the number of open sites, whole choices of sites in the bound, annealing of
  clients and sites together, HiGHS on the 50 likeliest sites, dives over packings or pairs (no plan, or one 0.7 %
  dearer), exchanges of eight sites, hotter or longer cycles of exchanges, a third round at the root.

Beyond 1,000 x 1,000 the multipliers take a few seconds more for every million pairs, all in memory.
"""
