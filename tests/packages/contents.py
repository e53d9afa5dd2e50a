"""What the packages are before anybody installs them: their files, sizes, needs, and what lintian says."""

import re
import subprocess

from machine import field, output, require

# What each may take, in KiB, fetched and installed, and which packages of Debian it needs. The bounds are a
# tenth above what it took when they were set, so nobody comes to one without having added something, and
# one library more is always said. The agent is on every host: libsystemd alone would cost it 1.1 MiB of
# memory, and libcurl 8.
OF = {
    "flatline-agent": (830, 2360, "adduser libc6"),
    "flatline-collector": (
        1380, 3660, "adduser libc6 libgcc-s1 libgcrypt20 libgnutls30 libmicrohttpd12 "
        "libprometheus-cpp-core1.0 libsqlite3-0 libstdc++6"),
    "flatline-tools": (
        1310, 4170, "libc6 libcurl4 libgcc-s1 libncursesw6 libstdc++6 libtinfo6"),
}

# What lintian says, and why it is left so.
KNOWN_TO_LINTIAN = {
    "non-standard-dir-perm": "secrets are root's alone",
}


def packages_in(folder):
    found = {}
    for deb in folder.glob("*.deb"):
        if not field(deb, "Package").endswith("-dbgsym"):
            found[field(deb, "Package")] = deb
    require(sorted(found) == sorted(OF), f"{folder}: holds {sorted(found)}")
    return found


def under_lower_version(packages, folder):
    """The same packages as if they were earlier ones."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.deb"):
        old.unlink()
    for name, deb in packages.items():
        version = field(deb, "Version") + "~earlier"
        tree = folder / name
        subprocess.run(["rm", "-rf", tree], check=True)
        subprocess.run(["dpkg-deb", "--raw-extract", deb, tree], check=True)
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree,
                        folder / f"{name}_{version}_all.deb"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", tree], check=True)
    return packages_in(folder)


def no_file_is_in_two_packages(packages):
    owners = {}
    for name, deb in packages.items():
        for line in output("dpkg-deb", "--contents", deb).splitlines():
            if line[0] == "d":
                continue
            path = line.split()[5]
            require(path not in owners, f"{path}: in {name} and in {owners.get(path)}")
            owners[path] = name
    return f"{len(owners)} files"


def none_takes_more_than_it_may(packages):
    """A table of what each takes, with its bounds, and what it needs."""
    table = f"\n  {'package':<20}{'fetched':>14}{'installed':>16}  needs"
    for name, deb in sorted(packages.items()):
        may_fetch, may_install, may_need = OF[name]
        fetched = -(-deb.stat().st_size // 1024)
        installed = int(field(deb, "Installed-Size"))
        needs = " ".join(sorted(re.sub(r"\s*\(.*?\)", "", field(deb, "Depends")).split(", ")))
        table += (f"\n  {name:<20}{fetched:>5} of {may_fetch} K"
                  f"{installed:>7} of {may_install} K  {needs}")
        require(fetched <= may_fetch and installed <= may_install and needs == may_need,
                f"more than it may{table}\nand it may need {may_need}")
    return table


def lintian_says_what_is_explained(packages):
    said = subprocess.run(["lintian", "--allow-root", "--tag-display-limit=0", *packages.values()],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    tags = re.findall(r"^([EW]): (\S+?):? (\S+)(.*)", said, re.MULTILINE)
    errors = [tag for tag in tags if tag[0] == "E"]
    require(not errors, f"lintian finds errors:\n{said}")
    found = {tag for _, _, tag, _ in tags}
    require(found == set(KNOWN_TO_LINTIAN),
            f"lintian finds {sorted(found)}, and explained are {sorted(KNOWN_TO_LINTIAN)}:\n{said}")
    return "".join(f"\n  W: {name}: {tag}{where}: {KNOWN_TO_LINTIAN[tag]}" for _, name, tag, where in tags)
