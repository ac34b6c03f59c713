internal import COpenBLAS

/// `result = left · right`, row-major, on the thread that calls.
///
/// OpenBLAS runs single-threaded: how a product is split over threads must not depend on their
/// number.
struct MatrixProduct {
  /// Rows of the result.
  var rowCount: Int
  /// Columns of the result.
  var columnCount: Int
  /// What is summed over.
  var innerCount: Int
  /// Whether `left` is stored `[inner, rows]`.
  var transposesLeft = false
  /// Whether `right` is stored `[columns, inner]`.
  var transposesRight = false
  /// Elements from one row of the stored matrices to the next, where they are parts of wider ones.
  var leftStride: Int?
  var rightStride: Int?
  var resultStride: Int?

  @unsafe func run(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>
  ) {
    _ = prepared
    unsafe cblas_sgemm(
      CblasRowMajor, transposesLeft ? CblasTrans : CblasNoTrans,
      transposesRight ? CblasTrans : CblasNoTrans, Int32(rowCount), Int32(columnCount),
      Int32(innerCount), 1, left, Int32(leftStride ?? (transposesLeft ? rowCount : innerCount)),
      right, Int32(rightStride ?? (transposesRight ? innerCount : columnCount)),
      0, result, Int32(resultStride ?? columnCount))
  }
}

/// Set once: OpenBLAS starts no threads.
private let prepared: Void = openblas_set_num_threads(1)
