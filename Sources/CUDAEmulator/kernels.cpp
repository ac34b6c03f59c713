// The GPU's kernels, compiled for a processor. The compiler must not fuse multiplications and additions: kernels call
// `fused` where they want that.
#if defined(__clang__)
#pragma clang fp contract(off)
#endif

#include "../CUDAKernels/kernels/kernels.cu"
