"""Container images made by the tools that people make them with."""

import io
import shutil
import subprocess
import tarfile


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def tar_of(files):
    """A plain tar archive of contents by path."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def layout_with(folder, files):
    """An OCI layout, tag `v1`, of an image FROM scratch with a layer for each file (by umoci)."""
    layout = folder / "layout"
    shutil.rmtree(layout, ignore_errors=True)
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", f"{layout}:v1")
    for path, content in files.items():
        source = folder / "file"
        source.write_bytes(content)
        run("umoci", "insert", "--rootless", "--image", f"{layout}:v1", source, path)
    return layout


def copy(source, registry, repository, *options):
    """Puts an image into a registry, as `v1` (by skopeo)."""
    flags = ["--insecure-policy", "copy", "--dest-tls-verify=false"]
    run("skopeo", *flags, *options, source, f"docker://{registry.host}/{repository}:v1")


def expanded(layout, folder):
    """The image of a layout, its layers not compressed."""
    run("skopeo", "--insecure-policy", "copy", "--dest-decompress", f"oci:{layout}:v1", f"dir:{folder}")
    return f"dir:{folder}"
