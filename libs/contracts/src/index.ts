import type { MountedEndpoint } from '@refundry/resource';
import { omsEndpoints } from './oms/index.js';

export { ApiKeyHash, Verdict, verifyApiKey } from './accounts/index.js';
export {
  CancellationReason,
  getCancellationReason,
  listCancellationReasons,
  longestPullSeconds,
  OmnitronConnection,
  omnitronPasswordPurpose,
  pullCancellationReasons,
  pullCancellationReasonsWithOptions,
  PullOptions,
  setOmnitronConnection,
} from './oms/index.js';

/** Everything the gateway mounts, of all services. */
export const mountedEndpoints: readonly MountedEndpoint[] = [...omsEndpoints];
