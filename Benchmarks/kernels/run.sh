#!/usr/bin/env bash
# Time and rounding of methods for the gradient with respect to a convolution's input; see input_gradient.c.
#
#   Benchmarks/kernels/run.sh
#   OPENBLAS_CORETYPE=SkylakeX Benchmarks/kernels/run.sh    with OpenBLAS kernels other than its default
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
"$root/scripts/install-packages.sh" libopenblas-dev >&2
build=$root/.build-benchmark-kernels
mkdir -p "$build"
clang -O2 -Wall -Wextra -Werror -I"$root/Sources/CDVSKernels/include" -o "$build/input_gradient" \
  "$here/input_gradient.c" -lopenblas -lm
exec "$build/input_gradient"
