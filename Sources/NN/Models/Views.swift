import Samples
import TensorEngine

/// How networks look at samples of several kinds.
extension Tensor {
    /// As a convolution takes images: grey ones, `[n, rows, columns]`, with their one channel.
    func withChannelAxis() -> Tensor {
        shape.count == 3 ? reshaped(to: [shape[0], 1, shape[1], shape[2]]) : self
    }

    /// As a recurrent layer takes images: a sequence of rows, the channels of a row side by side,
    /// `[n, channels, rows, columns] → [n, rows, channels · columns]`. Sequences, `[n, time, features]`, and grey images are
    /// that already.
    func asSequenceOfRows() -> Tensor {
        guard shape.count == 4 else { return self }
        let channels = (0..<shape[1]).map { channel in
            sliced(axis: 1, channel..<channel + 1).reshaped(to: [shape[0], shape[2], shape[3]])
        }
        return channels.count == 1 ? channels[0] : concatenate(channels, axis: 2)
    }

    /// The same with columns, `[n, …, rows, columns] → [n, columns, channels · rows]`.
    func asSequenceOfColumns() -> Tensor {
        (shape.count == 4 ? reshaped(to: [shape[0], shape[1] * shape[2], shape[3]]) : self).transposed()
    }

    /// As pictures to look at, `[n, rows, columns]`: the channels of an image one below the other; values without rows as one
    /// row.
    public func asPictures() -> Tensor {
        switch shape.count {
        case 4: reshaped(to: [shape[0], shape[1] * shape[2], shape[3]])
        case 3: self
        default: reshaped(to: [shape[0], 1, shape[1...].reduce(1, *)])
        }
    }
}

extension SampleShape {
    /// Steps and features of a sample as `Tensor.asSequenceOfRows` gives it; nil where it is no sequence.
    var sequenceOfRows: (steps: Int, features: Int)? {
        image.map { ($0.rows, $0.channels * $0.columns) }
    }

    /// The classes of one label.
    ///
    /// - Throws: `UnsuitableShape` where the target is something else.
    func requireClasses(for name: String) throws(UnsuitableShape) -> Int {
        guard case .classes(let count) = target else {
            throw UnsuitableShape(name, need: "samples of one class each", found: self)
        }
        return count
    }

    /// The size of the images after two stages, each a convolution and a pooling of 2×2.
    ///
    /// - Parameter margins: what each convolution takes off rows and columns.
    /// - Throws: `UnsuitableShape` where samples are no images, or too small.
    func requireImage(for name: String, margins: [Int]) throws(UnsuitableShape) -> (
        channels: Int, cells: Int
    ) {
        func pooled(_ size: Int) -> Int { margins.reduce(size) { ($0 - $1) / 2 } }
        let least = (1...).first { pooled($0) >= 1 }!
        guard let image, image.rows >= least, image.columns >= least else {
            throw UnsuitableShape(
                name,
                need: "images [rows, columns] or [channels, rows, columns] of at least \(least)×\(least)",
                found: self)
        }
        return (image.channels, pooled(image.rows) * pooled(image.columns))
    }
}
