import Kernels

/// Tensors joined along `axis`: `[…, a, …], […, b, …], … → […, a + b + …, …]`.
public func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
    func rest(_ shape: [Int]) -> [Int] { Array(shape[..<axis] + shape[(axis + 1)...]) }
    requireShape(
        !parts.isEmpty && parts.allSatisfy { $0.shape.indices.contains(axis) }
            && parts.allSatisfy { rest($0.shape) == rest(parts[0].shape) },
        "concatenate needs shapes that differ along axis \(axis) alone, got \(parts.map(\.shape))")
    let outer = parts[0].shape[..<axis].reduce(1, *)
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    let stride = shape[axis...].reduce(1, *)
    var places: [(part: Tensor, run: Int, offset: Int)] = []
    var offset = 0
    for part in parts {
        let run = part.shape[axis...].reduce(1, *)
        places.append((part, run, offset))
        offset += run
    }
    return Tensor(Operation("concatenate", ["axis": .integer(axis)]), shape: shape, from: parts) {
        [places] y in
        for (part, run, offset) in places {
            for o in 0..<outer {
                kernels.copy(run, part.pointer + o * run, into: y.pointer + o * stride + offset)
            }
        }
    } backward: { [places] y in
        for (part, run, offset) in places {
            part.receiveGradient { target, beta in
                for o in 0..<outer {
                    let g = y.gradientPointer + o * stride + offset
                    kernels.accumulate(run, g, into: target + o * run, beta: beta)
                }
            }
        }
    }.keepingSamples(in: axis == 0 ? nil : parts.lazy.compactMap(\.sumOrder).first)
}
