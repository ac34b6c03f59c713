#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <vector>

#include "include/gpu_emulator.h"
#include "scheduler.h"

// The functions' names, types and numbers are those of CUDA's driver API.

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

/// A device in use, with its one stream of work.
struct context {
  gpu_emulator_settings settings;
  /// Memory that is taken, by its address.
  std::map<uint64_t, size_t> taken;
  size_t takenBytes = 0;
  /// Page-locked memory of the host, likewise.
  std::map<uint64_t, size_t> locked;
  size_t lockedBytes = 0;
  /// What was asked for and is still to be done.
  std::vector<std::function<void()>> asked;
  gpu_emulator_counts counts = {};
  int launchError = CUDA_SUCCESS;

  ~context()
  {
    for (auto &[address, count] : taken) std::free(reinterpret_cast<void *>(address));
    for (auto &[address, count] : locked) std::free(reinterpret_cast<void *>(address));
  }
};

/// What the next context of this thread emulates, and the context in use.
thread_local gpu_emulator_settings next = gpu_emulator_defaults();
thread_local context *own;

void *pointer(uint64_t address) { return reinterpret_cast<void *>(address); }

/// Whether bytes lie in one of several pieces of memory.
bool isIn(const std::map<uint64_t, size_t> &pieces, uint64_t address, size_t count)
{
  auto after = pieces.upper_bound(address);
  if (after == pieces.begin()) return false;
  --after;
  return address + count <= after->first + after->second;
}

/// Whether bytes lie in memory that is taken.
bool isTaken(uint64_t address, size_t count) { return isIn(own->taken, address, count); }

/// Whether bytes of the host are read and written without its waiting.
bool isLocked(const void *start, size_t count)
{
  return isIn(own->locked, reinterpret_cast<uint64_t>(start), count);
}

/// Does all that was asked for.
void catchUp()
{
  for (const auto &work : own->asked) work();
  own->asked.clear();
}

/// Does work at once, or as late as it may be done, where threads, too, come in another order.
void ask(std::function<void()> work)
{
  if (own->settings.order == 0) {
    work();
  } else {
    own->asked.push_back(std::move(work));
  }
}

/// Memory with no number in it, until something is written.
int take(size_t count, std::map<uint64_t, size_t> &pieces, size_t &total, uint64_t limit, void **start)
{
  if (count == 0) return CUDA_ERROR_INVALID_VALUE;
  if (total + count > limit) return CUDA_ERROR_OUT_OF_MEMORY;
  // To the byte, so that a sanitizer sees what lies outside.
  if (posix_memalign(start, 256, count) != 0) return CUDA_ERROR_OUT_OF_MEMORY;
  std::memset(*start, 0xff, count);
  pieces[reinterpret_cast<uint64_t>(*start)] = count;
  total += count;
  return CUDA_SUCCESS;
}

/// Gives memory back, which waits for work that may use it.
int giveBack(uint64_t address, std::map<uint64_t, size_t> &pieces, size_t &total)
{
  auto found = pieces.find(address);
  if (found == pieces.end()) return CUDA_ERROR_INVALID_VALUE;
  catchUp();
  total -= found->second;
  pieces.erase(found);
  std::free(pointer(address));
  return CUDA_SUCCESS;
}

/// Runs a kernel, unless one has failed.
void run(const emulator::kernel &kernel, const uint32_t (&grid)[3], const void *arguments)
{
  if (own->launchError != CUDA_SUCCESS) return;
  if (std::strcmp(own->settings.failing_kernel, kernel.name) == 0) {
    own->launchError = CUDA_ERROR_LAUNCH_FAILED;
    return;
  }
  emulator::settings settings;
  settings.order = static_cast<emulator::order>(own->settings.order);
  settings.summation = own->settings.truncates ? emulator::summation::truncated : emulator::summation::rounded;
  settings.architecture = own->settings.architecture;
  const char *defect = emulator::launch(kernel, grid, arguments, settings);
  if (defect) {
    std::fprintf(stderr, "GPU emulator: %s: %s\n", kernel.name, defect);
    own->launchError = CUDA_ERROR_LAUNCH_FAILED;
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

/// Each has a device of its own, unlike CUDA's.
int cuDevicePrimaryCtxRetain(void **made, int)
{
  own = new context{next, {}};
  *made = own;
  return CUDA_SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int)
{
  delete own;
  own = nullptr;
  return CUDA_SUCCESS;
}

int cuCtxSetCurrent(void *context)
{
  own = static_cast<struct context *>(context);
  return CUDA_SUCCESS;
}

int cuMemGetInfo_v2(size_t *free, size_t *total)
{
  *total = own->settings.memory_bytes;
  *free = *total - own->takenBytes;
  return CUDA_SUCCESS;
}

int cuMemAlloc_v2(uint64_t *address, size_t count)
{
  void *start = nullptr;
  const int result = take(count, own->taken, own->takenBytes, own->settings.memory_bytes, &start);
  *address = reinterpret_cast<uint64_t>(start);
  return result;
}

int cuMemFree_v2(uint64_t address) { return giveBack(address, own->taken, own->takenBytes); }

int cuMemAllocHost_v2(void **start, size_t count)
{
  return take(count, own->locked, own->lockedBytes, own->settings.page_locked_bytes, start);
}

int cuMemFreeHost(void *start)
{
  return giveBack(reinterpret_cast<uint64_t>(start), own->locked, own->lockedBytes);
}

int cuMemcpyHtoDAsync_v2(uint64_t target, const void *source, size_t count, void *)
{
  if (!isTaken(target, count)) return CUDA_ERROR_INVALID_VALUE;
  own->counts.copies_in += 1;
  own->counts.bytes_in += count;
  if (isLocked(source, count)) {
    ask([=] { std::memcpy(pointer(target), source, count); });
  } else {
    const auto bytes = static_cast<const uint8_t *>(source);
    ask([target, kept = std::vector<uint8_t>(bytes, bytes + count)] {
      std::memcpy(pointer(target), kept.data(), kept.size());
    });
  }
  return CUDA_SUCCESS;
}

int cuMemcpyDtoHAsync_v2(void *target, uint64_t source, size_t count, void *)
{
  if (!isTaken(source, count)) return CUDA_ERROR_INVALID_VALUE;
  own->counts.copies_out += 1;
  const bool waits = !isLocked(target, count);
  ask([=] { std::memcpy(target, pointer(source), count); });
  if (waits) catchUp();
  return CUDA_SUCCESS;
}

int cuMemcpyDtoDAsync_v2(uint64_t target, uint64_t source, size_t count, void *)
{
  if (!isTaken(target, count) || !isTaken(source, count)) return CUDA_ERROR_INVALID_VALUE;
  own->counts.copies_within += 1;
  ask([=] { std::memcpy(pointer(target), pointer(source), count); });
  return CUDA_SUCCESS;
}

int cuMemsetD32Async(uint64_t target, unsigned word, size_t count, void *)
{
  if (!isTaken(target, 4 * count)) return CUDA_ERROR_INVALID_VALUE;
  ask([=] {
    for (size_t index = 0; index < count; index++) static_cast<unsigned *>(pointer(target))[index] = word;
  });
  return CUDA_SUCCESS;
}

int cuStreamCreate(void **stream, unsigned)
{
  *stream = own;
  return CUDA_SUCCESS;
}

/// What a launch did wrong is told here, as a GPU tells it.
int cuStreamSynchronize(void *)
{
  own->counts.synchronizations += 1;
  catchUp();
  return own->launchError;
}

/// An event is the time at which it came, in seconds.
int cuEventCreate(void **event, unsigned)
{
  *event = new double(0);
  return CUDA_SUCCESS;
}

int cuEventRecord(void *event, void *)
{
  ask([=] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    *static_cast<double *>(event) = std::chrono::duration<double>(now).count();
  });
  return CUDA_SUCCESS;
}

int cuEventElapsedTime(float *milliseconds, void *from, void *to)
{
  // Relative to one another, so that a float holds it.
  *milliseconds = (float)(1000 * (*static_cast<double *>(to) - *static_cast<double *>(from)));
  return CUDA_SUCCESS;
}

int cuEventDestroy_v2(void *event)
{
  catchUp();
  delete static_cast<double *>(event);
  return CUDA_SUCCESS;
}

int cuModuleLoadDataEx(void **module, const void *, unsigned, int *, void **)
{
  *module = own;
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
  if (own->launchError != CUDA_SUCCESS) return own->launchError;
  const auto bytes = static_cast<const uint8_t *>(arguments[0]);
  ask([&kernel, columns, rows, layers, given = std::vector<uint8_t>(bytes, bytes + kernel.argumentBytes)] {
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

/// A number of GPU_EMULATOR, or what there was.
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

gpu_emulator_counts gpu_emulator_work(void) { return own ? own->counts : gpu_emulator_counts{}; }

void *gpu_emulator_function(const char *name)
{
  for (const entry &entry : entries) {
    if (std::strcmp(entry.name, name) == 0) return entry.function;
  }
  return nullptr;
}
