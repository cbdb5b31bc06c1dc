import Formats
import Kernels
import Training

extension KernelBenchmark {
    var json: JSON {
        [
            "instruction_set": .string(kernels.instructionSet), "peak_gflops": .number(peak),
            "products": .array(
                products.map {
                    [
                        "name": .string($0.name), "m": .integer($0.shape.m), "n": .integer($0.shape.n),
                        "k": .integer($0.shape.k), "ours_gflops": .number($0.result.ours),
                        "openblas_gflops": .number($0.result.openBLAS),
                        "ratio": .number($0.result.ours / $0.result.openBLAS),
                        "peak_share": .number($0.result.ours / peak),
                    ]
                }),
            "convolutions": .array(
                convolutions.map {
                    [
                        "name": .string($0.shape.name), "batch": .integer($0.shape.batch),
                        "inputs": .integer($0.shape.inputs), "outputs": .integer($0.shape.outputs),
                        "side": .integer($0.shape.side), "kernel": .integer($0.shape.kernel),
                        "padding": .integer($0.shape.padding),
                        "operations": .integer($0.shape.operations),
                        "ours_gflops": $0.ours.map { .number($0) } ?? .null,
                        "peak_share": $0.ours.map { .number($0 / peak) } ?? .null,
                    ]
                }),
        ]
    }

    /// Products and convolutions for a reader.
    var table: String {
        let head = "GFLOP/s on one core, \(kernels.instructionSet), peak \(Int(peak))\n"
        return head + (products.isEmpty ? "" : productTable)
            + (convolutions.isEmpty ? "" : convolutionTable)
    }

    private var productTable: String {
        let head = "\n    m     n     k    ours  of peak  OpenBLAS  ratio  product\n"
        return products.reduce(head) { text, product in
            let (shape, result) = (product.shape, product.result)
            return text + cell(shape.m, 5) + cell(shape.n, 6) + cell(shape.k, 6) + speed(result.ours)
                + cell(Int(result.openBLAS), 10)
                + cell((result.ours / result.openBLAS * 100).rounded() / 100, 7) + "  \(product.name)\n"
        }
    }

    private var convolutionTable: String {
        let head = "\nbatch    ours  of peak  convolution, forward and backward\n"
        return convolutions.reduce(head) { text, convolution in
            let speed = convolution.ours.map(speed) ?? cell("–", 8) + cell("–", 9)
            return text + cell(convolution.shape.batch, 5) + speed + "  \(convolution.shape.name)\n"
        }
    }

    /// The columns "ours" and "of peak".
    private func speed(_ ours: Double) -> String {
        cell(Int(ours), 8) + cell("\(Int((100 * ours / peak).rounded())) %", 9)
    }

    private func cell(_ value: some CustomStringConvertible, _ width: Int) -> String {
        let text = value.description
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
