using System.Net;

namespace Devex.Contracts.Connections;

/// <summary>The body of an answer, given up when nothing more of it comes. How long its reader takes between two reads does not count.</summary>
/// <param name="body">As it comes.</param>
/// <param name="patience">How long one read may take.</param>
internal sealed class PatientBody(HttpContent body, TimeSpan patience) : PassedContent(body)
{
    protected override async Task<Stream> CreateContentReadStreamAsync() => new PatientStream(await Content.ReadAsStreamAsync(), patience);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => new PatientStream(await Content.ReadAsStreamAsync(cancellationToken), patience);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var from = await CreateContentReadStreamAsync(cancellationToken);
        await from.CopyToAsync(stream, cancellationToken);
    }

    private sealed class PatientStream(Stream body, TimeSpan patience) : Stream
    {
        private CancellationTokenSource _limit = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => body.Length;

        public override long Position
        {
            get => body.Position;
            set => throw new NotSupportedException();
        }

        /// <exception cref="HttpIOException">Nothing came.</exception>
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_limit.TryReset())
            {
                _limit.Dispose();
                _limit = new CancellationTokenSource();
            }
            _limit.CancelAfter(patience);
            using var ending = cancellationToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), _limit);
            try
            {
                return await body.ReadAsync(buffer, _limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HttpIOException(HttpRequestError.ResponseEnded, $"Nothing more of an answer came for {patience.TotalSeconds:0.#} s.");
            }
            finally
            {
                _limit.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

        public override void Flush() => body.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _limit.Dispose();
                body.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
