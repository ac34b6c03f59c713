// For ZSTD_d_forceIgnoreChecksum, the only thing used from the part of the header that is not yet stable. The function
// that takes it is; a library that does not know it says so, and goes on checking.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

/// Lets a context leave out the checksums of the content of frames.
static inline void CZstd_ignore_content_checksums(ZSTD_DCtx *context) {
  (void)ZSTD_DCtx_setParameter(context, ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum);
}
