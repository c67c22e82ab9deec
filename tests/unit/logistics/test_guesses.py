"""The guesses a result rests on: rows that were read and that no source vouches for."""

from logistics.guesses import guesses, rows_read


def test_only_rows_that_were_read_are_named(region):
    ledger = region.ledger.as_tabled()
    ledger["fuel_5t"], ledger["payload_direct_t5"], ledger.share("contestable_small")
    assert set(rows_read(ledger)["id"]) == {"fuel_5t", "payload_direct_t5", "contestable_small"}
    found = guesses(ledger)
    assert list(found["id"]) == ["contestable_small", "payload_direct_t5"]  # spreads 55 / 50 and 1.9 / 2.4
    first = found.iloc[0]
    assert (first["value"], first["low"], first["high"], first["unit"]) == (50, 25, 80, "%")
    assert first["source"].startswith("assumption")


def test_a_value_of_the_user_s_is_a_guess_whatever_the_table_trusted(region):
    ledger = region.ledger.as_tabled().with_values({"fuel_5t": 0.2})
    ledger["fuel_5t"]
    assert guesses(ledger)["confidence"].tolist() == ["scenario"]


def test_a_ledger_that_nothing_read_names_no_guess(region):
    assert guesses(region.ledger.as_tabled()).empty
