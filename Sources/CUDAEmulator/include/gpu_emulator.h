#pragma once

#include <stdint.h>

// Emulates on a processor the part of NVIDIA's driver API that the engine uses.

#ifdef __cplusplus
extern "C" {
#endif

/// The emulated devices and driver.
typedef struct {
  /// Order of a block's threads: 0 forward, 1 reverse, 2 shuffled. In order 0 work is done at once, in the others not
  /// until the host waits for it.
  int32_t order;
  /// Whether sums of products are truncated as tensor cores do.
  int32_t truncates;
  /// 10 · major + minor of each device's compute capability.
  int32_t architecture;
  int32_t device_count;
  /// The result of cuDriverGetVersion.
  int32_t driver_version;
  /// Memory of a device, in bytes.
  uint64_t memory_bytes;
  /// Limit of the host's page-locked memory, in bytes.
  uint64_t page_locked_bytes;
  /// The name of the kernel whose launches fail; empty: none.
  char failing_kernel[64];
} gpu_emulator_settings;

/// The default settings. The environment variable GPU_EMULATOR overrides them, as in
/// `order=1,truncates=1,architecture=75,devices=2,version=12000,memory=1000000,locked=0`.
gpu_emulator_settings gpu_emulator_defaults(void);

/// Sets what the next device that this thread opens emulates.
void gpu_emulator_set(const gpu_emulator_settings *settings);

/// Counts of a device's operations.
typedef struct {
  /// Copies from the host, and their bytes.
  uint64_t copies_in, bytes_in;
  /// Copies to the host.
  uint64_t copies_out;
  /// Copies within the device.
  uint64_t copies_within;
  uint64_t synchronizations;
} gpu_emulator_counts;

/// The counts of the device that this thread uses.
gpu_emulator_counts gpu_emulator_work(void);

/// The driver's function of a name; null where there is none.
void *gpu_emulator_function(const char *name);

#ifdef __cplusplus
}
#endif
