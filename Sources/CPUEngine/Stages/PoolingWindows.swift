internal import CDVSKernels
internal import SpikingNetwork

/// Batch norm, neurons over T and pooling: what a stage does with its convolution's output, window
/// by window.
struct PoolingWindows: Sendable {
  let shape: StageShape
  let neuron: dvsk_neuron
  let norm: NormFactors
  /// Whether the window that follows in the row is prefetched: where the values of a whole batch
  /// are in memory.
  let prefetches: Bool
  let isa: dvsk_isa
  /// Zeros `[C]`: the pooled gradient of pixels that no window has.
  private let noGradient: Buffer<Float>

  init(
    shape: StageShape, neuron: dvsk_neuron, norm: NormFactors, prefetches: Bool, isa: dvsk_isa
  ) {
    self.shape = shape
    self.neuron = neuron
    self.norm = norm
    self.prefetches = prefetches
    self.isa = isa
    noGradient = Buffer(count: shape.paddedCount)
    noGradient.fill(0)
  }

  /// The sites that are pooled to one pixel: a sample, a pooled row and column.
  struct Window {
    let sample: Int
    let row: Int
    let column: Int
  }

  /// Where a window's input lies: elements from the input's address to each site's `[T, C]`; of one
  /// site, the first.
  typealias SiteOffsets = (Int, Int, Int, Int)

  /// The sites of a window among values `[H, W, T, C]` that begin at row `firstRow`.
  func siteOffsets(_ window: Window, firstRow: Int) -> SiteOffsets {
    let edge = shape.windowEdge
    let upper =
      ((edge * window.row - firstRow) * shape.width + edge * window.column)
      * shape.pixelValueCount
    let lower = upper + shape.width * shape.pixelValueCount
    return (upper, upper + shape.pixelValueCount, lower, lower + shape.pixelValueCount)
  }

  /// The sites of a window whose values lie one after the other.
  var consecutiveOffsets: SiteOffsets {
    (0, shape.pixelValueCount, 2 * shape.pixelValueCount, 3 * shape.pixelValueCount)
  }

  /// Runs a window and writes its pooled bits.
  ///
  /// - Parameter pooled: The batch's bits `[N, T, h, w, planes, words]`.
  @unsafe func forward(
    _ window: Window, _ input: UnsafePointer<Float>, _ offsets: SiteOffsets,
    into pooled: Buffer<UInt64>, counts: UnsafeMutablePointer<Int32>
  ) {
    let first =
      window.sample * shape.stepCount * shape.pooledStepWordCount
      + (window.row * shape.pooledWidth + window.column) * shape.planeCount * shape.wordCount
    let extent =
      (shape.stepCount - 1) * shape.pooledStepWordCount + shape.planeCount * shape.wordCount
    // Safe: the window's words of all steps are within the buffer; a word is four units of 16 bits.
    unsafe pooled.address(first, count: extent).withMemoryRebound(
      to: UInt16.self, capacity: 4 * extent
    ) { bits in
      unsafe forward(kernelWindow(offsets), input, bits: bits, counts: counts)
    }
  }

  /// Room for the bits of a pixel that no window has, which nobody reads.
  func discardedBits() -> Buffer<UInt16> { Buffer(count: shape.paddedCount / 16) }

  /// Runs the neurons of a pixel that no window has: only their spikes are counted.
  @unsafe func forwardDropped(
    _ input: UnsafePointer<Float>, into discarded: Buffer<UInt16>,
    counts: UnsafeMutablePointer<Int32>
  ) {
    // Safe: each step writes the same units, a bit a channel.
    unsafe forward(
      droppedWindow, input, bits: discarded.address(count: discarded.count), counts: counts)
  }

  /// Goes back through a window.
  ///
  /// - Parameters:
  ///   - gradient: What goes in and out.
  ///   - scratch: `[T, sites, 16]`.
  @unsafe func backward(
    _ input: UnsafePointer<Float>, _ offsets: SiteOffsets, _ gradient: dvsk_window_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    unsafe backward(kernelWindow(offsets), input, gradient, scratch: scratch)
  }

  /// Goes back through a pixel that no window has: no gradient comes in, but batch norm's reaches
  /// its input.
  @unsafe func backwardDropped(
    _ input: UnsafePointer<Float>, _ gradient: dvsk_window_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    var gradient = unsafe gradient
    // Safe: each step reads the same zeros.
    unsafe gradient.pooled = unsafe UnsafePointer(noGradient.address(count: noGradient.count))
    unsafe gradient.pooled_step_stride = 0
    unsafe backward(droppedWindow, input, gradient, scratch: scratch)
  }

  @unsafe private func forward(
    _ window: dvsk_window, _ input: UnsafePointer<Float>, bits: UnsafeMutablePointer<UInt16>,
    counts: UnsafeMutablePointer<Int32>
  ) {
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe withUnsafePointer(to: window) { window in
        unsafe dvsk_window_forward(
          isa, neuron, window, input, norm.scale.address(count: norm.count),
          norm.shift.address(count: norm.count), bits, counts)
      }
    }
  }

  @unsafe private func backward(
    _ window: dvsk_window, _ input: UnsafePointer<Float>, _ gradient: dvsk_window_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe withUnsafePointer(to: window) { window in
        unsafe withUnsafePointer(to: gradient) { gradient in
          unsafe dvsk_window_backward(
            isa, neuron, window, input, norm.scale.address(count: norm.count),
            norm.shift.address(count: norm.count), gradient, scratch)
        }
      }
    }
  }

  private func kernelWindow(_ offsets: SiteOffsets) -> dvsk_window {
    dvsk_window(
      step_count: shape.stepCount, channel_count: shape.paddedCount, site_count: shape.siteCount,
      site_offset: offsets, next_offset: prefetches ? shape.windowEdge * shape.pixelValueCount : 0,
      norm_stride: normStride, plane_count: shape.planeCount,
      bits_step_stride: 4 * shape.pooledStepWordCount, bits_plane_stride: 4 * shape.wordCount)
  }

  /// A window of one pixel whose bits all steps write to the same memory.
  private var droppedWindow: dvsk_window {
    dvsk_window(
      step_count: shape.stepCount, channel_count: shape.paddedCount, site_count: 1,
      site_offset: (0, 0, 0, 0), next_offset: 0, norm_stride: normStride, plane_count: 1,
      bits_step_stride: 0, bits_plane_stride: 0)
  }

  private var normStride: Int { norm.groupCount == 1 ? 0 : shape.paddedCount }
}
