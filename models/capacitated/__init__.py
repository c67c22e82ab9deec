"""The engines of capacitated facility location, on plain arrays: a Lagrangian tree over the sites.

Measured on one core of an AMD EPYC, compilation not counted (`tests/benchmarks/capacitated_location.py`):

* divisible clients: OR-Library's cap41 to cap132 proved in 0.4 s together, capa and capc with all eight capacities in
  3 s of CPU; 300 x 300 of Avella and Boccia proved in some 10 to 20 s or left with gaps below 0.4 %; generated
  1,000 x 1,000 end with a gap of 0.1 % (ratio 5) and 0.3 % (ratio 10) after 60 s.
* whole clients (single source): Holmberg's 55 instances proved in at most 4 s of CPU each. Of the 300 x 300 with some
  twelve clients to a site three of five are proved in 18 to 48 s of CPU, and two end with gaps below 0.1 % after 60 s;
  with some six clients to a site the gap is 0.4 to 0.6 %, for want of bound: branching on clients raises it slowly.

Beyond 1,000 x 1,000 the multipliers take a few seconds more for every million pairs, all in memory.
"""
