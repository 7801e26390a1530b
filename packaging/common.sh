# What the packages of every platform share; sourced by their build.sh.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p;/^$/q' "$root/Cargo.toml")
out=${OUT:-$root/packaging/out}
mkdir -p "$out"

# The same commit gives the same bytes, from any clone and any home folder. The target folder is no part of the clone, which a
# fresh clone would build again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-/var/tmp/stewartry}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
remapped=("--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo" "--remap-path-prefix=$root=/stewartry"
    "--remap-path-prefix=$CARGO_TARGET_DIR=/target")
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && printf %s "${remapped[*]}")
export CARGO_ENCODED_RUSTFLAGS
# What `stewartry --version` says of the commit: with changes that were not committed it is that of none
STEWARTRY_COMMIT=$(git -C "$root" rev-parse HEAD)
[ -z "$(git -C "$root" status --porcelain)" ] || STEWARTRY_COMMIT=
export STEWARTRY_COMMIT
export LC_ALL=C TZ=UTC
umask 022

# Builds the program for a target; what follows goes to the compiler, and concerns the program alone.
build() {
    local target=$1
    shift
    (cd "$root" && cargo rustc --release --locked --target "$target" --bin stewartry -- "$@")
    built=$CARGO_TARGET_DIR/$target/release
}
