#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <vector>

#include "include/gpu_emulator.h"
#include "scheduler.h"

// Functions, types and constants are those of CUDA's driver API.

namespace {

enum {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_LAUNCH_FAILED = 719,
};

enum {
  ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
};

/// A device in use, with its only stream.
struct context {
  gpu_emulator_settings settings;
  /// The sizes of memory allocations, by address.
  std::map<uint64_t, size_t> allocated;
  size_t allocatedBytes = 0;
  /// The sizes of the host's page-locked allocations, by address.
  std::map<uint64_t, size_t> locked;
  size_t lockedBytes = 0;
  /// Work that is enqueued and not yet done.
  std::vector<std::function<void()>> pending;
  gpu_emulator_counts counts = {};
  int launchError = CUDA_SUCCESS;

  ~context()
  {
    for (auto &[address, count] : allocated) std::free(reinterpret_cast<void *>(address));
    for (auto &[address, count] : locked) std::free(reinterpret_cast<void *>(address));
  }
};

// The settings of this thread's next context, and its current context.
thread_local gpu_emulator_settings next = gpu_emulator_defaults();
thread_local context *active;

void *pointer(uint64_t address) { return reinterpret_cast<void *>(address); }

/// Whether a range of bytes is inside one of several allocations.
bool isIn(const std::map<uint64_t, size_t> &pieces, uint64_t address, size_t count)
{
  auto after = pieces.upper_bound(address);
  if (after == pieces.begin()) return false;
  --after;
  return address + count <= after->first + after->second;
}

/// Whether a range of bytes is inside the device's allocated memory.
bool isAllocated(uint64_t address, size_t count) { return isIn(active->allocated, address, count); }

/// Whether host memory is page-locked, so that copies from and to it are asynchronous.
bool isLocked(const void *start, size_t count)
{
  return isIn(active->locked, reinterpret_cast<uint64_t>(start), count);
}

/// Does all pending work.
void finishPending()
{
  for (const auto &work : active->pending) work();
  active->pending.clear();
}

/// Does work at once in the forward order of threads, else as late as possible.
void enqueue(std::function<void()> work)
{
  if (active->settings.order == 0) {
    work();
  } else {
    active->pending.push_back(std::move(work));
  }
}

/// Allocates memory, and fills it with NaN.
int allocate(size_t count, std::map<uint64_t, size_t> &pieces, size_t &total, uint64_t limit, void **start)
{
  if (count == 0) return CUDA_ERROR_INVALID_VALUE;
  if (total + count > limit) return CUDA_ERROR_OUT_OF_MEMORY;
  // Of the exact size, so that a sanitizer finds accesses outside.
  if (posix_memalign(start, 256, count) != 0) return CUDA_ERROR_OUT_OF_MEMORY;
  std::memset(*start, 0xff, count);
  pieces[reinterpret_cast<uint64_t>(*start)] = count;
  total += count;
  return CUDA_SUCCESS;
}

/// Frees memory after the pending work, which may use it.
int release(uint64_t address, std::map<uint64_t, size_t> &pieces, size_t &total)
{
  auto found = pieces.find(address);
  if (found == pieces.end()) return CUDA_ERROR_INVALID_VALUE;
  finishPending();
  total -= found->second;
  pieces.erase(found);
  std::free(pointer(address));
  return CUDA_SUCCESS;
}

/// Runs a kernel, unless an earlier one failed.
void run(const emulator::kernel &kernel, const uint32_t (&grid)[3], const void *arguments)
{
  if (active->launchError != CUDA_SUCCESS) return;
  if (std::strcmp(active->settings.failing_kernel, kernel.name) == 0) {
    active->launchError = CUDA_ERROR_LAUNCH_FAILED;
    return;
  }
  emulator::settings settings;
  settings.order = static_cast<emulator::order>(active->settings.order);
  settings.summation = active->settings.truncates ? emulator::summation::truncated : emulator::summation::rounded;
  settings.architecture = active->settings.architecture;
  const char *defect = emulator::launch(kernel, grid, arguments, settings);
  if (defect) {
    std::fprintf(stderr, "GPU emulator: %s: %s\n", kernel.name, defect);
    active->launchError = CUDA_ERROR_LAUNCH_FAILED;
  }
}

}  // namespace

extern "C" {

int cuInit(unsigned) { return next.device_count > 0 ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE; }

int cuDriverGetVersion(int *version)
{
  *version = next.driver_version;
  return CUDA_SUCCESS;
}

int cuDeviceGetCount(int *count)
{
  *count = next.device_count;
  return CUDA_SUCCESS;
}

int cuDeviceGet(int *device, int ordinal)
{
  if (ordinal < 0 || ordinal >= next.device_count) return CUDA_ERROR_INVALID_DEVICE;
  *device = ordinal;
  return CUDA_SUCCESS;
}

int cuDeviceGetName(char *name, int length, int)
{
  std::snprintf(name, (size_t)length, "emulated GPU");
  return CUDA_SUCCESS;
}

int cuDeviceGetAttribute(int *value, int attribute, int)
{
  switch (attribute) {
    case ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = 2; return CUDA_SUCCESS;
    case ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = next.architecture / 10; return CUDA_SUCCESS;
    case ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = next.architecture % 10; return CUDA_SUCCESS;
    default: return CUDA_ERROR_INVALID_VALUE;
  }
}

/// Unlike CUDA's, each call creates a device of its own.
int cuDevicePrimaryCtxRetain(void **made, int)
{
  active = new context{next, {}};
  *made = active;
  return CUDA_SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int)
{
  delete active;
  active = nullptr;
  return CUDA_SUCCESS;
}

int cuCtxSetCurrent(void *context)
{
  active = static_cast<struct context *>(context);
  return CUDA_SUCCESS;
}

int cuMemGetInfo_v2(size_t *free, size_t *total)
{
  *total = active->settings.memory_bytes;
  *free = *total - active->allocatedBytes;
  return CUDA_SUCCESS;
}

int cuMemAlloc_v2(uint64_t *address, size_t count)
{
  void *start = nullptr;
  const int result = allocate(count, active->allocated, active->allocatedBytes, active->settings.memory_bytes, &start);
  *address = reinterpret_cast<uint64_t>(start);
  return result;
}

int cuMemFree_v2(uint64_t address) { return release(address, active->allocated, active->allocatedBytes); }

int cuMemAllocHost_v2(void **start, size_t count)
{
  return allocate(count, active->locked, active->lockedBytes, active->settings.page_locked_bytes, start);
}

int cuMemFreeHost(void *start)
{
  return release(reinterpret_cast<uint64_t>(start), active->locked, active->lockedBytes);
}

int cuMemcpyHtoDAsync_v2(uint64_t target, const void *source, size_t count, void *)
{
  if (!isAllocated(target, count)) return CUDA_ERROR_INVALID_VALUE;
  active->counts.copies_in += 1;
  active->counts.bytes_in += count;
  if (isLocked(source, count)) {
    enqueue([=] { std::memcpy(pointer(target), source, count); });
  } else {
    const auto bytes = static_cast<const uint8_t *>(source);
    enqueue([target, kept = std::vector<uint8_t>(bytes, bytes + count)] {
      std::memcpy(pointer(target), kept.data(), kept.size());
    });
  }
  return CUDA_SUCCESS;
}

int cuMemcpyDtoHAsync_v2(void *target, uint64_t source, size_t count, void *)
{
  if (!isAllocated(source, count)) return CUDA_ERROR_INVALID_VALUE;
  active->counts.copies_out += 1;
  const bool waits = !isLocked(target, count);
  enqueue([=] { std::memcpy(target, pointer(source), count); });
  if (waits) finishPending();
  return CUDA_SUCCESS;
}

int cuMemcpyDtoDAsync_v2(uint64_t target, uint64_t source, size_t count, void *)
{
  if (!isAllocated(target, count) || !isAllocated(source, count)) return CUDA_ERROR_INVALID_VALUE;
  active->counts.copies_within += 1;
  enqueue([=] { std::memcpy(pointer(target), pointer(source), count); });
  return CUDA_SUCCESS;
}

int cuMemsetD32Async(uint64_t target, unsigned word, size_t count, void *)
{
  if (!isAllocated(target, 4 * count)) return CUDA_ERROR_INVALID_VALUE;
  enqueue([=] {
    for (size_t index = 0; index < count; index++) static_cast<unsigned *>(pointer(target))[index] = word;
  });
  return CUDA_SUCCESS;
}

int cuStreamCreate(void **stream, unsigned)
{
  *stream = active;
  return CUDA_SUCCESS;
}

/// Reports the errors of earlier launches, as a GPU does.
int cuStreamSynchronize(void *)
{
  active->counts.synchronizations += 1;
  finishPending();
  return active->launchError;
}

/// An event is the time at which it was recorded, in seconds.
int cuEventCreate(void **event, unsigned)
{
  *event = new double(0);
  return CUDA_SUCCESS;
}

int cuEventRecord(void *event, void *)
{
  enqueue([=] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    *static_cast<double *>(event) = std::chrono::duration<double>(now).count();
  });
  return CUDA_SUCCESS;
}

int cuEventElapsedTime(float *milliseconds, void *from, void *to)
{
  // The difference in double, as a float cannot hold the times.
  *milliseconds = (float)(1000 * (*static_cast<double *>(to) - *static_cast<double *>(from)));
  return CUDA_SUCCESS;
}

int cuEventDestroy_v2(void *event)
{
  finishPending();
  delete static_cast<double *>(event);
  return CUDA_SUCCESS;
}

int cuModuleLoadDataEx(void **module, const void *, unsigned, int *, void **)
{
  *module = active;
  return CUDA_SUCCESS;
}

int cuModuleGetFunction(void **function, void *, const char *name)
{
  const emulator::kernel *found = emulator::kernel::named(name);
  *function = const_cast<emulator::kernel *>(found);
  return found ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

int cuLaunchKernel(
  void *function, unsigned columns, unsigned rows, unsigned layers, unsigned threads, unsigned, unsigned, unsigned,
  void *, void **arguments, void **)
{
  const auto &kernel = *static_cast<const emulator::kernel *>(function);
  if (threads != kernel.threads || columns == 0 || rows == 0 || layers == 0 || rows > 65535 || layers > 65535) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (active->launchError != CUDA_SUCCESS) return active->launchError;
  const auto bytes = static_cast<const uint8_t *>(arguments[0]);
  enqueue([&kernel, columns, rows, layers, given = std::vector<uint8_t>(bytes, bytes + kernel.argumentBytes)] {
    run(kernel, {columns, rows, layers}, given.data());
  });
  return CUDA_SUCCESS;
}

int cuGetErrorName(int error, const char **name)
{
  switch (error) {
    case CUDA_ERROR_INVALID_VALUE: *name = "CUDA_ERROR_INVALID_VALUE"; break;
    case CUDA_ERROR_OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
    case CUDA_ERROR_NO_DEVICE: *name = "CUDA_ERROR_NO_DEVICE"; break;
    case CUDA_ERROR_INVALID_DEVICE: *name = "CUDA_ERROR_INVALID_DEVICE"; break;
    case CUDA_ERROR_NOT_FOUND: *name = "CUDA_ERROR_NOT_FOUND"; break;
    case CUDA_ERROR_LAUNCH_FAILED: *name = "CUDA_ERROR_LAUNCH_FAILED"; break;
    default: *name = "CUDA_ERROR_UNKNOWN";
  }
  return CUDA_SUCCESS;
}

int cuStreamDestroy_v2(void *) { return CUDA_SUCCESS; }

int cuModuleUnload(void *) { return CUDA_SUCCESS; }

}  // extern "C"

namespace {

struct entry {
  const char *name;
  void *function;
};

#define ENTRY(name) {#name, (void *)name}

const entry entries[] = {
  ENTRY(cuInit),
  ENTRY(cuDriverGetVersion),
  ENTRY(cuDeviceGetCount),
  ENTRY(cuDeviceGet),
  ENTRY(cuDeviceGetName),
  ENTRY(cuDeviceGetAttribute),
  ENTRY(cuDevicePrimaryCtxRetain),
  ENTRY(cuDevicePrimaryCtxRelease_v2),
  ENTRY(cuCtxSetCurrent),
  ENTRY(cuMemGetInfo_v2),
  ENTRY(cuMemAlloc_v2),
  ENTRY(cuMemFree_v2),
  ENTRY(cuMemAllocHost_v2),
  ENTRY(cuMemFreeHost),
  ENTRY(cuMemcpyHtoDAsync_v2),
  ENTRY(cuMemcpyDtoDAsync_v2),
  ENTRY(cuMemcpyDtoHAsync_v2),
  ENTRY(cuMemsetD32Async),
  ENTRY(cuStreamCreate),
  ENTRY(cuStreamSynchronize),
  ENTRY(cuStreamDestroy_v2),
  ENTRY(cuEventCreate),
  ENTRY(cuEventRecord),
  ENTRY(cuEventElapsedTime),
  ENTRY(cuEventDestroy_v2),
  ENTRY(cuModuleLoadDataEx),
  ENTRY(cuModuleUnload),
  ENTRY(cuModuleGetFunction),
  ENTRY(cuLaunchKernel),
  ENTRY(cuGetErrorName),
};

/// Reads a number of GPU_EMULATOR; leaves it as it is where the variable does not set it.
template <class Number> void read(const char *text, const char *name, Number &number)
{
  const char *found = text ? std::strstr(text, name) : nullptr;
  if (found) number = (Number)std::strtoull(found + std::strlen(name), nullptr, 10);
}

}  // namespace

gpu_emulator_settings gpu_emulator_defaults(void)
{
  gpu_emulator_settings settings = {0, 0, 90, 1, 12000, 1ull << 32, 1ull << 32, ""};
  const char *text = std::getenv("GPU_EMULATOR");
  read(text, "order=", settings.order);
  read(text, "truncates=", settings.truncates);
  read(text, "architecture=", settings.architecture);
  read(text, "devices=", settings.device_count);
  read(text, "version=", settings.driver_version);
  read(text, "memory=", settings.memory_bytes);
  read(text, "locked=", settings.page_locked_bytes);
  return settings;
}

void gpu_emulator_set(const gpu_emulator_settings *settings)
{
  next = *settings;
}

gpu_emulator_counts gpu_emulator_work(void) { return active ? active->counts : gpu_emulator_counts{}; }

void *gpu_emulator_function(const char *name)
{
  for (const entry &entry : entries) {
    if (std::strcmp(entry.name, name) == 0) return entry.function;
  }
  return nullptr;
}
