import numpy as np

from networks.disorder import disordered_ways
from networks.ways import Points


def points(*lines):
    way = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    lon = np.array([105 + east / 100 for line in lines for east, _ in line])
    lat = np.array([21 + north / 100 for line in lines for _, north in line])
    return Points(way=way, node_id=np.arange(len(way)), lon=lon, lat=lat)


ROAD = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]  # about 4 km
MIXED = [(0, 0), (4, 0), (3, 0), (2, 0), (1, 0), (0.05, 0)]  # the block after the first point is reversed


def test_a_way_that_jumps_back_over_its_whole_length_is_noticed():
    assert disordered_ways(points(ROAD, MIXED, MIXED[::-1])).tolist() == [1, 2]


def test_common_shapes_are_not_noticed():
    bend = [(0, 0), (2, 0), (2, 0.3), (0, 0.3)]
    tiny = [(0, 0), (0.1, 0), (0, 0.001)]
    assert disordered_ways(points(ROAD, bend, tiny, [(0, 0), (9, 0)])).tolist() == []


def test_a_ring_is_not_noticed():
    ring = points([(0, 0), (4, 0), (4, 1), (0, 0)])
    ring.node_id[-1] = ring.node_id[0]
    assert disordered_ways(ring).tolist() == []


def test_missing_points_do_no_harm():
    broken = points(ROAD, MIXED)
    broken.lon[2] = np.nan
    assert disordered_ways(broken).tolist() == [1]
