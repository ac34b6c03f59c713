// The GPU's kernels, compiled for a processor. They say themselves where a product and a sum are rounded once.
#if defined(__clang__)
#pragma clang fp contract(off)
#endif

#include "../CUDAKernels/kernels/kernels.cu"
