"""Signing in while a registration waits for its code in the same browser."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse


class SignInView(LoginView):
    """allauth would lead back to the code; but whoever has an account already never gets one, and wants to sign in.

    The same for every address, so that nothing is to be seen from it. Who really waits for a code gets a new one.
    """

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponse | None:
        if not stage.login.signup:
            response: HttpResponse = super()._redirect_to_pending_stage(request, stage)
            return response
        if request.method == "POST":
            clear_login(request)
        return None
