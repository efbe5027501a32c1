"""What core modules may import beside WASI."""

from testbed import guest_path


def test_numbers_are_random_without_wasi(server, name):
    server.deploy(name, "rolls_dice")

    rolled = [server.get(f"/{name}/two").json() for _ in range(20)]

    numbers = [number for pair in rolled for number in pair]
    assert len(set(numbers)) > 30
    assert min(numbers) < 0 < max(numbers)


def test_the_random_import_is_offered(server):
    done = server.cli("inspect", guest_path("rolls_dice"))

    assert "offered  env randomi32" in done.stdout
