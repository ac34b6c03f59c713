#pragma once

#include <stdint.h>

// A stand-in for NVIDIA's driver: the part of its interface that the engine uses, over a processor.

#ifdef __cplusplus
extern "C" {
#endif

/// What is emulated.
typedef struct {
  /// Order of a block's threads: 0 forward, 1 reverse, 2 shuffled. In order 0 all is done when it is asked for, in the
  /// others when somebody waits for it.
  int32_t order;
  /// Whether sums of products are cut off as tensor cores' are.
  int32_t truncates;
  /// 10 · major + minor of each device.
  int32_t architecture;
  int32_t device_count;
  /// As cuDriverGetVersion gives it.
  int32_t driver_version;
  /// Memory of a device.
  uint64_t memory_bytes;
  /// How much of the host's memory may be page-locked.
  uint64_t page_locked_bytes;
  /// The kernel whose launches fail; none where it is empty.
  char failing_kernel[64];
} gpu_emulator_settings;

/// What is emulated where nothing else is asked for; GPU_EMULATOR may say otherwise, as in
/// `order=reverse,truncates=1,architecture=75,devices=2,version=12000,memory=1000000,
/// locked=0`.
gpu_emulator_settings gpu_emulator_defaults(void);

/// What the next device is that this thread of the process takes.
void gpu_emulator_set(const gpu_emulator_settings *settings);

/// What a device has been asked for.
typedef struct {
  /// Copies from the host, and their bytes.
  uint64_t copies_in, bytes_in;
  /// Copies to the host.
  uint64_t copies_out;
  /// Copies from one place of the device to another.
  uint64_t copies_within;
  uint64_t synchronizations;
} gpu_emulator_counts;

/// What the device that this thread uses has been asked for.
gpu_emulator_counts gpu_emulator_work(void);

/// A function of the driver by its name; none where it has none of that name.
void *gpu_emulator_function(const char *name);

#ifdef __cplusplus
}
#endif
