import processes

STAT = "17 (a) b (c) S 4 17 17 0 -1 4194560 90 0 0 0 250 50 7 7 20 0 1 0 12 100 5"

SMAPS = """\
00400000-00500000 r-xp 00000000 08:01 12   /usr/bin/rockpool
Rss:                 900 kB
Pss:                 100 kB
Pss_Dirty:            50 kB
VmFlags: rd ex mr mw me
7f0000000000-7f0000100000 rw-p 00000000 00:00 0
Pss:                  20 kB
7f0000200000-7f0000300000 r-xp 00000000 08:01 13   /data/cache/ab/code with space
Pss:                4000 kB
7f0000400000-7f0000500000 r--p 00000000 08:01 14   /data/cached
Pss:                   3 kB
"""


def test_a_process_name_with_parentheses_does_not_shift_the_fields():
    assert processes.parse_stat(STAT) == (4, 300)


def test_a_family_is_a_process_with_its_descendants_alone():
    stats = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 0), 5: (3, 0)}

    assert sorted(processes.family_of(2, stats)) == [2, 3, 5]


def test_a_process_that_is_gone_has_no_family():
    assert processes.family_of(9, {1: (0, 0)}) == []


def test_memory_leaves_out_the_mappings_of_one_folder():
    assert processes.parse_smaps(SMAPS, "/data/cache") == 123 * 1024


def test_a_server_is_found_by_what_it_prints_and_ended(tmp_path):
    server = processes.Server(
        ["/bin/sh", "-c", "echo on port 4711; exec sleep 600"], tmp_path, announcement=r"port (\d+)"
    )

    assert server.port == 4711
    assert processes.cpu_seconds(server.pid) < 60

    server.stop()

    assert processes.cpu_seconds(server.pid) == 0


def test_a_server_that_ends_at_once_says_why(tmp_path):
    try:
        processes.Server(["/bin/sh", "-c", "echo no such file; exit 1"], tmp_path, announcement="x")
    except processes.ServerFailed as failure:
        assert "no such file" in str(failure)
    else:
        raise AssertionError("a server that ended was taken as started")
