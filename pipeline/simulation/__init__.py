"""A made-up company's gateway traffic with known truth, for demos, benchmarks and tests of recovery."""
