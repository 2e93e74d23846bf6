export * from './access-keys';
export * from './approvals';
export * from './audit';
export * from './delegations';
export * from './people';
export * from './telling';
export * from './workspaces';
