// HDF5, and wrappers for what Swift cannot import: macros that call functions, and pointers to static data.
#include <hdf5.h>
#include <string.h>

static inline hid_t CHDF5_H5T_STD_U8LE(void) { return H5T_STD_U8LE; }
static inline hid_t CHDF5_H5T_STD_U16LE(void) { return H5T_STD_U16LE; }
static inline hid_t CHDF5_H5T_STD_U32LE(void) { return H5T_STD_U32LE; }
static inline hid_t CHDF5_H5T_STD_U64LE(void) { return H5T_STD_U64LE; }
static inline hid_t CHDF5_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }
static inline hid_t CHDF5_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t CHDF5_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t CHDF5_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t CHDF5_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t CHDF5_H5T_NATIVE_INT64(void) { return H5T_NATIVE_INT64; }
static inline hid_t CHDF5_H5T_NATIVE_UINT64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t CHDF5_H5T_NATIVE_INT32(void) { return H5T_NATIVE_INT32; }
static inline size_t CHDF5_H5T_VARIABLE(void) { return H5T_VARIABLE; }
static inline hid_t CHDF5_H5T_C_S1(void) { return H5T_C_S1; }
static inline hid_t CHDF5_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t CHDF5_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t CHDF5_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t CHDF5_H5P_GROUP_CREATE(void) { return H5P_GROUP_CREATE; }
static inline unsigned CHDF5_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline unsigned CHDF5_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }

static inline herr_t CHDF5_keep_innermost(unsigned n, const H5E_error2_t *error, void *text) {
  if (n == 0 && error->desc) {
    strncpy((char *)text, error->desc, 1023);
  }
  return 0;
}

/// Copies the innermost error message of the last failed call into text, of 1024 bytes.
static inline void CHDF5_error_text(char *text) {
  memset(text, 0, 1024);
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, CHDF5_keep_innermost, text);
}

static inline size_t CHDF5_refuse(unsigned flags, size_t count, const unsigned *values,
                                  size_t byte_count, size_t *capacity, void **buffer) {
  (void)flags, (void)count, (void)values, (void)byte_count, (void)capacity, (void)buffer;
  return 0;
}

/// Registers the filter's number, so that datasets with this filter can be created. The library itself
/// cannot run it: whoever uses such a dataset reads and writes whole chunks.
static inline herr_t CHDF5_register_external_filter(int number, const char *name) {
  H5Z_class2_t filter = {H5Z_CLASS_T_VERS, (H5Z_filter_t)number, 1, 1, name, NULL, NULL,
                         CHDF5_refuse};
  return H5Zregister(&filter);
}

/// Registers a filter that the library runs by calling the caller's function.
static inline herr_t CHDF5_register_filter(int number, const char *name, H5Z_func_t function) {
  H5Z_class2_t filter = {H5Z_CLASS_T_VERS, (H5Z_filter_t)number, 1, 1, name, NULL, NULL, function};
  return H5Zregister(&filter);
}

static inline H5FD_class_t *CHDF5_sec2_class(void) {
  static H5FD_class_t value;
  return &value;
}

static inline herr_t CHDF5_query_without_handle(const H5FD_t *file, unsigned long *flags) {
  herr_t result = CHDF5_sec2_class()->query(file, flags);
  if (result >= 0 && flags) {
    *flags &= ~(unsigned long)H5FD_FEAT_POSIX_COMPAT_HANDLE;
  }
  return result;
}

/// Registers the library's own file driver a second time, as a driver that does not declare a POSIX handle.
///
/// With such a handle the library resolves a name that is a symbolic link, which fails for the only name
/// that a file without a name has: /proc/self/fd/N. Everything else is the library's own driver.
static inline hid_t CHDF5_register_unresolving_driver(void) {
  H5FD_t *file = H5FDopen("/dev/null", H5F_ACC_RDONLY, H5P_DEFAULT, HADDR_UNDEF);
  if (!file) {
    return -1;
  }
  *CHDF5_sec2_class() = *file->cls;
  H5FDclose(file);
  H5FD_class_t class = *CHDF5_sec2_class();
  class.name = "sec2_unresolving";
  class.query = CHDF5_query_without_handle;
  return H5FDregister(&class);
}
